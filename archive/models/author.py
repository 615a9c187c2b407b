"""Somebody who wrote to a group, as the letters name them. Not an account: most authors of an archive never had one."""

from django.db import models

from groups.models import Group


class Author(models.Model):
    """`key` is the address in small letters, or "yahoo:<id>" where an export cut the addresses."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="authors", db_index=False)
    key = models.CharField(max_length=320)
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=320)
    message_count = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "key"], name="archive_author_once")]
        indexes = [models.Index(fields=["group", "-message_count", "id"], name="archive_author_by_count")]

    def __str__(self) -> str:
        return self.name or self.address
