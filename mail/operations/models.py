"""Signs of life, samples and troubles: small tables, pruned by those who write them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Process(models.Model):
    """A process beside the web that said it lives (common.heartbeats)."""

    kind = models.CharField(max_length=10)  # worker, beat, lmtp
    host = models.CharField(max_length=64)
    holder = models.CharField(max_length=160, unique=True)  # common.processes.signature
    version = models.CharField(max_length=40, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    stopped_at = models.DateTimeField(null=True, blank=True)  # it ended as it should; else it is silent

    class Meta:
        verbose_name_plural = "processes"
        indexes = [models.Index(fields=["kind", "seen_at"], name="operations_process_kind")]

    def __str__(self) -> str:
        return f"{self.kind} on {self.host}"


class Sample(models.Model):
    """What was measured in `step` minutes from `at` on. How long which are kept: mail.operations.sampling."""

    step = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=1)  # how many of the step were measured
    values = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "at"], name="operations_sample_once")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}, {self.step} min"


class Trouble(models.Model):
    """Something that is wrong, from when it was first seen until it was over. Operators are told once of each."""

    key = models.CharField(max_length=40)  # of mail.operations.troubles
    sentence = models.CharField(max_length=500)
    began_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="operations_trouble_once", condition=Q(ended_at__isnull=True))
        ]
        indexes = [models.Index(fields=["-began_at"], name="operations_trouble_latest")]

    def __str__(self) -> str:
        return self.sentence


class Watch(models.Model):
    """One row: when somebody last looked for troubles. Moving it is the right to look."""

    looked_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"looked at {self.looked_at:%H:%M:%S}"


class DeliveryCheck(models.Model):
    """What the last self-check of a domain found: mail.operations.selfcheck."""

    domain = models.CharField(max_length=253, unique=True)
    checked_at = models.DateTimeField(default=timezone.now)
    findings = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.domain}, {self.checked_at:%Y-%m-%d %H:%M}"
