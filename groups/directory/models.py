"""What the directory is read from. Group says what is true; these rows are made from it, so that a hundred thousand groups are
searched, sorted and counted without looking at any of them."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from groups.models import Group

MOST_LEVELS = 3


class Category(models.Model):
    """A shelf of the directory. The operator shapes the tree in the administration."""

    slug = models.SlugField(max_length=40, unique=True, help_text="Its pages are under /c/SLUG/. It stays as it is.")
    name = models.CharField(max_length=60)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    position = models.PositiveSmallIntegerField(default=0, help_text="Lower ones stand first; equals by name.")
    count = models.PositiveIntegerField(default=0, editable=False)  # groups here and below, as far as they are listed

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("category", args=[self.slug])

    def clean(self) -> None:
        above, seen = self.parent, 1
        while above is not None:
            seen += 1
            if seen > MOST_LEVELS or above.pk == self.pk:
                raise ValidationError(f"Categories stand at most {MOST_LEVELS} deep, and never within themselves.")
            above = above.parent


class Listing(models.Model):
    """How one group stands in the directory. `listed` is False for those who do not: only then are rows of Shelf and words
    of the index left out, too."""

    group = models.OneToOneField(Group, models.CASCADE, primary_key=True, related_name="listing")
    listed = models.BooleanField(default=False)

    name_key = models.CharField(max_length=150, blank=True)  # without case and accents: order and ranking
    active_at = models.DateTimeField(default=timezone.now)  # the last letter, or the group's own beginning
    started_at = models.DateTimeField(default=timezone.now)
    letters = models.PositiveIntegerField(default=0)
    letters_30 = models.PositiveIntegerField(default=0)  # of the last days
    letters_90 = models.PositiveIntegerField(default=0)
    members = models.PositiveIntegerField(default=0)
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=16, blank=True)
    joining = models.CharField(max_length=12, blank=True)
    readable = models.BooleanField(default=False)  # has letters, and everybody may read them
    similar = models.JSONField(default=list)  # keys of other groups, the most similar first

    words_key = models.CharField(max_length=32, blank=True)  # what the index of words was made from
    stale = models.BooleanField(default=False)  # to be made anew by the next sweep
    archive_version = models.PositiveBigIntegerField(default=0)
    group_changed_at = models.DateTimeField(null=True)
    counted_on = models.DateField(null=True)  # the day the last thirty days were counted from
    compared_on = models.DateField(null=True)  # the day similar groups were looked for
    changed_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        indexes = [
            *(
                models.Index(fields=[field, "group"], name=f"directory_by_{field}", condition=Q(listed=True))
                for field in ("active_at", "started_at", "letters_30", "members", "name_key", "compared_on")
            ),
            models.Index(fields=["counted_on"], name="directory_to_count", condition=Q(letters_90__gt=0)),
            models.Index(fields=["group"], name="directory_stale", condition=Q(stale=True)),
        ]

    def __str__(self) -> str:
        return f"listing of {self.group_id}"


class Shelf(models.Model):
    """A listed group stands in a category: its own one, or (`is_own` False) one above that."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="shelves", db_index=False)
    group = models.ForeignKey(Group, models.CASCADE, related_name="shelves")
    is_own = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["category", "group"], name="directory_shelf_once")]

    def __str__(self) -> str:
        return f"{self.group_id} in {self.category_id}"


class Tally(models.Model):
    """How many listed groups say this country, or this language."""

    kind = models.CharField(max_length=10)  # "country" or "language"
    value = models.CharField(max_length=16)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="directory_tally_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}: {self.count}"


class Spelling(models.Model):
    """A word of a name under each of the ways to leave out one letter: words that differ by one mistake share a key."""

    key = models.CharField(max_length=40)
    word = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "word"], name="directory_spelling_once")]

    def __str__(self) -> str:
        return f"{self.key}: {self.word}"


class Stamp(models.Model):
    """One row. Its number grows when a group enters, leaves or says something else, or the tree of categories changes: seldom,
    and never by a letter, for all writers meet here."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)
