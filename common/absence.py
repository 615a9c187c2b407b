"""From one day to another no mail: columns, a condition on them, and the two days of a form."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FURTHEST = timedelta(days=730)


class Absence(models.Model):
    """Both moments are there, or neither. Nothing has to end it: the day comes by itself."""

    away_from = models.DateTimeField(null=True, blank=True)
    away_until = models.DateTimeField(null=True, blank=True)  # mail comes again from then on

    class Meta:
        abstract = True

    def is_away(self, now: datetime) -> bool:
        return self.away_from is not None and self.away_until is not None and self.away_from <= now < self.away_until

    @property
    def away_now(self) -> bool:
        return self.is_away(timezone.now())


def present(now: datetime, path: str = "") -> Q:
    """Whoever is not away at that moment; `path` leads to the row, as "user__"."""
    never = Q(**{f"{path}away_until__isnull": True})
    return never | Q(**{f"{path}away_until__lte": now}) | Q(**{f"{path}away_from__gt": now})


def _day(label: "StrOrPromise", help_text: "StrOrPromise" = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, help_text=help_text, widget=widget)


class AbsenceForm(forms.Form):
    """Two days, both included, as the person's clock counts them. `take_absence` is called before they are shown or read."""

    first_day = _day(_("Away from"))
    last_day = _day(_("Away until"), _("No mail on these days and those between; then it comes again by itself."))

    def take_absence(self, kept: Absence, zone: tzinfo) -> None:
        self.zone = zone
        if kept.away_from is not None and kept.away_until is not None and kept.away_until > datetime.now(UTC):
            self.initial["first_day"] = kept.away_from.astimezone(zone).date()
            self.initial["last_day"] = (kept.away_until.astimezone(zone) - timedelta(seconds=1)).date()

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        first, last = self.cleaned_data.pop("first_day", None), self.cleaned_data.pop("last_day", None)
        if self.errors:
            return self.cleaned_data
        if last is not None and first is None:
            first = datetime.now(self.zone).date()
        if first is not None and last is None:
            self.add_error("last_day", _("Say until when, or mail would never come again."))
        elif first is not None and last is not None and not first <= last <= first + FURTHEST:
            self.add_error("last_day", _("This is to be the same day or a later one, within two years."))
        self.cleaned_data["away_from"] = self._begin(first)
        self.cleaned_data["away_until"] = self._begin(last + timedelta(days=1)) if last else None
        return self.cleaned_data

    def _begin(self, day: date | None) -> datetime | None:
        return datetime.combine(day, time.min, self.zone).astimezone(UTC) if day else None
