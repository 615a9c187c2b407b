"""When an address last got a mail that it had not asked for: to confirm, to accept an invitation, that it was added.

One row an address and for the whole site, so that however many people and doors there are, it is one mail a day.
"""

from django.db import models


class Asked(models.Model):
    address = models.CharField(max_length=254, unique=True)  # small letters
    at = models.DateTimeField()
    group = models.ForeignKey("groups.Group", models.SET_NULL, null=True, blank=True, related_name="+")  # that added it

    class Meta:
        verbose_name_plural = "asked"

    def __str__(self) -> str:
        return self.address
