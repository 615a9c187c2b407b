"""What we know of the mailboxes we write to: reports that came back, and the state that follows from them."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mail.models.inbound import Inbound
from mail.models.outbound import Delivery, Outgoing


class MailboxState(models.TextChoices):
    NORMAL = "normal", _("mail arrives")
    SOFT = "soft", _("some mail came back")
    SUSPENDED = "suspended", _("no mail is sent until it is heard of again")


class Mailbox(models.Model):
    """An address with a history of trouble; addresses without a row are normal. Belongs to the address, so that it heals for
    all groups at once and never follows a person to a new address."""

    address = models.CharField(max_length=320, unique=True)  # small letters
    state = models.CharField(max_length=10, choices=MailboxState, default=MailboxState.NORMAL)
    score = models.FloatField(default=0)
    first_at = models.DateTimeField(null=True, blank=True)  # of the present row of bounces
    last_at = models.DateTimeField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    probes = models.PositiveSmallIntegerField(default=0)
    probe_due_at = models.DateTimeField(null=True, blank=True)
    healed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "mailboxes"
        indexes = [
            models.Index(fields=["probe_due_at"], name="mail_mailbox_probes", condition=models.Q(state="suspended"))
        ]

    def __str__(self) -> str:
        return f"{self.address} ({self.state})"


class Category(models.TextChoices):
    HARD = "hard", _("no such address")
    FULL = "full", _("mailbox full")
    TEMPORARY = "temporary", _("temporary trouble")
    POLICY = "policy", _("refused for its content or by policy")
    COMPLAINT = "complaint", _("reported as spam")
    AUTO_REPLY = "auto-reply", _("automatic reply")
    DELAY = "delay", _("delayed, still trying")
    UNKNOWN = "unknown", _("not understood")


class Incident(models.Model):
    """One letter that failed for a large part of a domain: one event, not fifty bad members."""

    outgoing = models.ForeignKey(Outgoing, models.CASCADE, related_name="incidents")
    domain = models.CharField(max_length=255)
    category = models.CharField(max_length=10, choices=Category)
    failures = models.PositiveIntegerField(default=0)
    diagnostic = models.CharField(max_length=500, blank=True)
    began_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outgoing", "domain"], name="mail_incident_once")]

    def __str__(self) -> str:
        return f"{self.failures} failures at {self.domain}"


class BounceEvent(models.Model):
    """One report about one address: from a mail that came back, or from the relay's own answer."""

    address = models.CharField(max_length=320, db_index=True)  # small letters
    category = models.CharField(max_length=10, choices=Category)
    status = models.CharField(max_length=12, blank=True)
    diagnostic = models.CharField(max_length=500, blank=True)
    weight = models.FloatField(default=0)  # what it added to the mailbox's score
    delivery = models.ForeignKey(Delivery, models.SET_NULL, null=True, blank=True, related_name="events")
    inbound = models.ForeignKey(Inbound, models.SET_NULL, null=True, blank=True, related_name="events")
    incident = models.ForeignKey(Incident, models.SET_NULL, null=True, blank=True, related_name="events")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.address}: {self.category}"


class SeenDomain(models.Model):
    """An author's domain that was seen to have copies refused for DMARC, whatever its published policy says."""

    domain = models.CharField(max_length=255, unique=True)
    diagnostic = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.domain
