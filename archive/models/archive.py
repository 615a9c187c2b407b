"""What is true of a group's archive as a whole, kept up to date by every write so that pages need not count."""

from datetime import datetime

from django.db import models

from groups.models import Group


class Archive(models.Model):
    """One row a group. Whoever writes letters into the group locks this row first: numbers are given out here."""

    group = models.OneToOneField(Group, models.CASCADE, primary_key=True, related_name="archive")
    next_number = models.PositiveIntegerField(default=1)
    message_count = models.PositiveIntegerField(default=0)
    thread_count = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True, db_index=True)
    monthly = models.JSONField(
        default=dict
    )  # {"2004-05": letters, …}: sparkline, month list and years without counting
    staging = models.JSONField(default=list)  # transfers whose letters wait, unseen, until the import is done
    version = models.PositiveBigIntegerField(default=0)  # grows with every change: the ETag of every page of the group
    changed_at = models.DateTimeField(null=True, db_index=True)  # what the directory has not seen yet

    def __str__(self) -> str:
        return f"archive of {self.group_id}"

    @classmethod
    def of(cls, group: Group) -> "Archive":
        """The group's archive, or an empty one that is not saved where no letter has come yet."""
        try:
            return group.archive
        except cls.DoesNotExist:
            return cls(group=group)

    @property
    def months(self) -> list[tuple[int, int, int]]:
        """(year, month, letters), oldest first."""
        return [(int(key[:4]), int(key[5:]), count) for key, count in sorted(self.monthly.items()) if count > 0]

    @property
    def spans_years(self) -> bool:
        return bool(self.first_at and self.last_at and self.first_at.year != self.last_at.year)


class Day(models.Model):
    """How many visible letters a group had on a day (UTC): heat maps and month pages without counting."""

    group = models.ForeignKey(Group, models.CASCADE, db_index=False)
    date = models.DateField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "date"], name="archive_day_once")]

    def __str__(self) -> str:
        return f"{self.date}: {self.count}"


def month_key(moment: datetime) -> str:
    return f"{moment.year:04}-{moment.month:02}"
