"""What came in: the bytes and the envelope (Spooled), and what was decided for each recipient (Inbound).

Both are committed before the sender is told 250 (RFC 5321 §6.1): from then on the letter is ours to lose, and it stays a row.
"""

import zstandard
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from archive.models import Message
from groups.models import Group


class Door(models.TextChoices):
    LMTP = "lmtp", "LMTP"
    PIPE = "pipe", "pipe"
    HOOK = "hook", "HTTP hook"
    WEB = "web", _("web")


class Spooled(models.Model):
    """One SMTP transaction's content, exactly as received, kept once for all its recipients."""

    raw = models.BinaryField()  # zstandard
    size = models.PositiveIntegerField()  # of the raw bytes
    envelope_from = models.CharField(max_length=320, blank=True)  # RFC5321.MailFrom; empty: <>
    door = models.CharField(max_length=10, choices=Door)
    client = models.CharField(max_length=100, blank=True)  # IP address of the sending host, where the door knows it
    helo = models.CharField(max_length=255, blank=True)
    smtputf8 = models.BooleanField(default=False)
    received_at = models.DateTimeField(default=timezone.now)
    key = models.CharField(
        max_length=80, null=True, unique=True
    )  # by which the door knows it: offered twice, kept once
    sender = models.ForeignKey(  # who was signed in, for posts from the web
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    authentication = models.JSONField(null=True, blank=True)  # SPF, DKIM, DMARC, ARC as found at receipt; null: not yet

    class Meta:
        verbose_name_plural = "spooled"

    def __str__(self) -> str:
        return f"{self.size} bytes from <{self.envelope_from}>"

    @property
    def raw_bytes(self) -> bytes:
        return zstandard.ZstdDecompressor().decompress(bytes(self.raw), max_output_size=2**31 - 1)


class InboundState(models.TextChoices):
    RECEIVED = "received", _("waits to be judged")
    ARCHIVED = "archived", _("archived and sent on")
    HELD = "held", _("waits for a moderator")
    REJECTED = "rejected", _("sent back")
    DISCARDED = "discarded", _("dropped")
    COMMAND = "command", _("a command, carried out")
    BOUNCE = "bounce", _("a delivery report, taken note of")
    FAILED = "failed", _("set aside: our own code failed on it")


class Inbound(models.Model):
    """One recipient's share of a spooled letter.

    received -> archived | held | rejected | discarded | command | bounce | failed; held -> archived | rejected | discarded;
    failed -> received (replay). Each change is `filter(pk=…, state=old).update(state=new)` with the count checked.
    """

    spooled = models.ForeignKey(Spooled, models.CASCADE, related_name="inbounds")
    recipient = models.CharField(max_length=320)  # as given in RCPT TO
    group = models.ForeignKey(Group, models.SET_NULL, null=True, blank=True, related_name="inbounds")
    state = models.CharField(max_length=10, choices=InboundState, default=InboundState.RECEIVED)
    received_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)  # a worker is at it since then
    holder = models.CharField(max_length=160, blank=True)  # which one: common.processes.signature
    attempts = models.PositiveSmallIntegerField(default=0)

    # What the rules found; of the letter itself only what a queue shows.
    message_id = models.TextField(blank=True)
    message_id_key = models.BigIntegerField(default=0)  # archive.keys.key_of
    author = models.CharField(max_length=320, blank=True)  # RFC5322.From address
    subject = models.TextField(blank=True)
    rule = models.CharField(max_length=40, blank=True)  # the rule that decided
    reason = models.TextField(blank=True)  # a sentence the moderator reads and the sender may be told
    spam_score = models.FloatField(null=True, blank=True)
    error = models.TextField(blank=True)  # traceback, where state is failed

    letter = models.ForeignKey(Message, models.SET_NULL, null=True, blank=True, related_name="inbounds")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="mail_inbound_waiting", condition=Q(state="received")),
            models.Index(fields=["group", "state", "received_at"], name="mail_inbound_queue"),
            models.Index(fields=["group", "author", "-id"], name="mail_inbound_of_author"),
            models.Index(fields=["author", "-id"], name="mail_inbound_by_author"),
            models.Index(fields=["received_at"], name="mail_inbound_failed", condition=Q(state="failed")),
            models.Index(fields=["received_at"], name="mail_inbound_by_age"),
            models.Index(fields=["decided_at"], name="mail_inbound_decided"),
            models.Index(fields=["message_id_key"], name="mail_inbound_by_id"),
        ]

    def __str__(self) -> str:
        return f"{self.subject or '(no subject)'} to {self.recipient}: {self.state}"
