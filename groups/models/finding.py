"""How a group is found: its place in the directory, and whether search engines may keep its pages. Columns of Group."""

from django.db import models
from django.utils.translation import gettext_lazy as _

MOST_CATEGORIES = 3


class Finding(models.Model):
    categories = models.JSONField(default=list, blank=True, help_text=_("Short names of up to three categories."))
    country = models.CharField(
        max_length=2, blank=True, help_text=_("ISO 3166-1 code of the country most members are in.")
    )
    indexing = models.BooleanField(
        default=True, help_text=_("Search engines may keep its pages, where strangers may read them.")
    )

    class Meta:
        abstract = True
