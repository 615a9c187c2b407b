"""Dates of letters as HTML, for templates and for pages that write hundreds of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from html import escape
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive import moments
from archive.rendering.addresses import mask_text

A_YEAR = timedelta(days=366)  # js/times.js puts words beside younger dates


@dataclass(frozen=True, slots=True)
class _Words:
    """What stands beside dates in one language; the forms are for %."""

    senders: str
    corrected: str
    nothing: str
    note: str


@lru_cache(maxsize=50)
def _words_of(_language: str) -> _Words:
    return _Words(
        # Translators: a date as the sender's clock had it, as "23 Nov 2026, 7:58 +0100, sender’s time"
        senders=_("%(moment)s, sender’s time"),
        corrected=_("Date corrected: %(why)s. The letter says: %(said)s"),
        nothing=_("nothing"),
        note=escape(_("date corrected")),
    )


class LetterDates:
    """Writes the dates of letters of one page, in the zone and the language that are current when it is made."""

    def __init__(self) -> None:
        self.now, self.zone = timezone.now(), timezone.get_current_timezone()
        self.words, self.calendar = _words_of(get_language() or ""), moments.calendar()

    def of(self, letter: Any, form: str = "long") -> SafeString:
        """See letter_date()."""
        sent_at = letter.sent_at
        write = moments.short_minute if form == "short" else moments.minute
        hint, mark = self._beside(letter, form)
        ago = "" if form == "short" or self.now - sent_at > A_YEAR else " data-ago"
        return mark_safe(  # noqa: S308 - every part is ours or escaped
            f'<time datetime="{moments.machine(sent_at)}" title="{escape(hint)}"{ago}>'
            f"{write(sent_at, self.zone, self.calendar)}</time>{mark}"
        )

    def _beside(self, letter: Any, form: str) -> tuple[str, str]:
        """What is told on hover, and the mark of a date that was corrected."""
        if letter.date_source == "date":
            own = moments.senders_own(letter.sent_at, letter.utc_offset, self.calendar)
            return self.words.senders % {"moment": own}, ""
        said = mask_text(letter.date_raw) or self.words.nothing
        hint = self.words.corrected % {"why": moments.correction(letter.date_source), "said": said}
        return hint, {"long": f' <span class="corrected">{self.words.note}</span>', "short": "*"}.get(form, "")


def letter_date(letter: Any, form: str = "long") -> SafeString:
    """When a letter was sent: absolute, in the reader's zone; the sender's own time, and what was corrected, on hover.

    `letter`: a Message, or anything with sent_at, utc_offset, date_source and date_raw. `form`: "long", "short", or "alone":
    long, where a note about a corrected date stands beside it.
    """
    return LetterDates().of(letter, form)


def day_of(moment: datetime | None) -> SafeString:
    """<time> of a day: 23 Nov 2026, with the minute on hover."""
    return day_in(moment, timezone.get_current_timezone())


def day_in(moment: datetime | None, zone: tzinfo, language: str = "") -> SafeString:
    """day_of() for lists, which ask once for the reader's zone and language."""
    return _day_in(moment, zone, language or get_language() or "")


@lru_cache(maxsize=4000)  # the newest topics of a group are shown again and again
def _day_in(moment: datetime | None, zone: tzinfo, language: str) -> SafeString:
    if moment is None:
        return SafeString("")
    return mark_safe(  # noqa: S308
        f'<time datetime="{moments.machine(moment)}" title="{moments.minute(moment, zone)}">'
        f"{moments.short_day(moment, zone)}</time>"
    )
