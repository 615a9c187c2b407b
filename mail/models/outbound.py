"""What goes out: one Outgoing for the letter as it leaves (a template), one Delivery for each recipient."""

import zstandard
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from archive.models import Message
from groups.models import Group, Membership


class Kind(models.TextChoices):
    POST = "post", _("post")
    DIGEST = "digest", _("digest")
    DAILY = "daily", _("daily mail")
    NOTICE = "notice", _("notice")
    PROBE = "probe", _("probe")
    RESEND = "resend", _("sent again on request")
    FORWARD = "forward", _("passed on to owners or an author")
    RECEIPT = "receipt", _("receipt of a secret ballot: gone when it is sent")


class Outgoing(models.Model):
    """A letter that leaves, to one recipient or to a hundred thousand. `template` is RFC 5322 bytes with CRLF line ends;
    where it is personal, marks (mail.outbox.personal) stand for what each copy gets of its own."""

    kind = models.CharField(max_length=10, choices=Kind)
    group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, related_name="+")
    letter = models.ForeignKey(Message, models.SET_NULL, null=True, blank=True, related_name="outgoings")
    message_id = models.TextField(blank=True)  # of the letter as it leaves, without angle brackets
    subject = models.TextField(blank=True)
    template = models.BinaryField()  # zstandard
    size = models.PositiveIntegerField()
    smtputf8 = models.BooleanField(default=False)
    return_path = models.CharField(max_length=320, blank=True)  # empty with verp=False: <>
    verp = models.BooleanField(default=True)  # a return path of its own for each copy
    made_at = models.DateTimeField(default=timezone.now)
    queued_at = models.DateTimeField(null=True, blank=True)  # all its deliveries are rows

    class Meta:
        verbose_name_plural = "outgoing"
        indexes = [models.Index(fields=["made_at"], name="mail_outgoing_by_age")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}"

    @property
    def template_bytes(self) -> bytes:
        return zstandard.ZstdDecompressor().decompress(bytes(self.template), max_output_size=2**31 - 1)


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("waits")
    SENDING = "sending", _("on its way")
    SENT = "sent", _("accepted by the relay")
    DEFERRED = "deferred", _("will be tried again")
    FAILED = "failed", _("refused for good")
    BOUNCED = "bounced", _("came back")
    STOPPED = "stopped", _("stopped by those who run the site")


class Delivery(models.Model):
    """One copy to one address. queued -> sending -> sent | deferred | failed; deferred -> sending; sent -> bounced;
    queued | deferred | sending -> stopped -> queued (mail.delivery.stopping)."""

    outgoing = models.ForeignKey(Outgoing, models.CASCADE, related_name="deliveries", db_index=False)
    membership = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="deliveries", db_constraint=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    address = models.CharField(max_length=320)
    domain = models.CharField(max_length=255)  # of the address, in small letters: what is throttled
    attachments_kb = models.PositiveIntegerField(null=True, blank=True)  # larger attachments come as links in this copy
    state = models.CharField(max_length=8, choices=DeliveryState, default=DeliveryState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)  # not before
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    code = models.PositiveSmallIntegerField(null=True, blank=True)  # of the last SMTP reply
    status = models.CharField(max_length=12, blank=True)  # enhanced status code, RFC 3463
    reply = models.CharField(max_length=500, blank=True)  # text of the last SMTP reply, or of the report that came back

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["outgoing", "address"], name="mail_delivery_once")]
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="mail_delivery_due", condition=Q(state__in=("queued", "deferred"))
            ),
            models.Index(fields=["claimed_at"], name="mail_delivery_claimed", condition=Q(state="sending")),
            models.Index(fields=["outgoing"], name="mail_delivery_stopped", condition=Q(state="stopped")),
            models.Index(fields=["address", "outgoing"], name="mail_delivery_to"),
        ]

    def __str__(self) -> str:
        return f"to {self.address}: {self.state}"


class SendClaim(models.Model):
    """Which process has the deliveries whose claimed_at is this moment: when it is gone, they are queued again at once."""

    claimed_at = models.DateTimeField(unique=True)
    holder = models.CharField(max_length=160)  # common.processes.signature

    def __str__(self) -> str:
        return self.holder


class SentTally(models.Model):
    """How many copies the relay took in a minute. Counting them among all deliveries would read the table."""

    minute = models.DateTimeField(unique=True)
    copies = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "sent tallies"

    def __str__(self) -> str:
        return f"{self.minute:%Y-%m-%d %H:%M}: {self.copies}"


class Relay(models.Model):
    """How the relay is doing, one row for the site: paused when it refuses everything, and operators are told why."""

    name = models.CharField(max_length=255, unique=True)  # host:port
    paused_until = models.DateTimeField(null=True, blank=True)
    paused_because = models.CharField(max_length=500, blank=True)
    failures = models.PositiveIntegerField(default=0)  # in a row, over all destinations
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class SigningKey(models.Model):
    """A DKIM key (RFC 6376) of one domain, made by make_dkim_key; also seals ARC (RFC 8617)."""

    domain = models.CharField(max_length=255)
    selector = models.CharField(max_length=63)
    private_pem = models.TextField()
    active = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["domain", "selector"], name="mail_signingkey_once")]

    def __str__(self) -> str:
        return f"{self.selector}._domainkey.{self.domain}"
