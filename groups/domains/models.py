"""A domain beside the one of the settings."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Domain(models.Model):
    """Names in mail and on the web, and how its pages look. Read through groups.domains.sites, which keeps all of them."""

    name = models.CharField("name of the site", max_length=80)
    mail_domain = models.CharField("mail domain", max_length=253, unique=True)  # small letters, A-labels
    other_mail_domains = models.JSONField(default=list, blank=True)  # taken in as well
    url = models.CharField("web address", max_length=300, blank=True)  # scheme and host; empty: that of the settings
    other_hosts = models.JSONField(default=list, blank=True)  # show the same, and name `url` as the right one
    accent = models.CharField("accent colour", max_length=7, blank=True)
    logo = models.BinaryField(blank=True, default=b"")  # WebP
    logo_name = models.CharField(max_length=32, blank=True)  # a hash of it, in its address
    footer = models.TextField("footer and imprint", blank=True)  # Markdown
    language = models.CharField("default language", max_length=16, blank=True)  # of new groups, BCP 47
    postmaster = models.EmailField("postmaster", blank=True)
    is_shared = models.BooleanField("its groups stand in the main directory, too", default=True)
    owners = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="domains")
    made_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.mail_domain
