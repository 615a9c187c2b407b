"""Numbers as people read them, in the language of the page. Lists ask for the same few numbers again and again, and tell the
language, which they have asked for once."""

from functools import lru_cache

from django.utils.formats import get_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

KEPT = 4000


def amount(count: int) -> str:
    """12,345 in English, 12.345 in German"""
    return str(count) if -1000 < count < 1000 else str(number_format(count, force_grouping=True))


def letters(count: int, language: str = "") -> str:
    """1 letter, 12,345 letters"""
    return _letters(count, language or get_language() or "")


@lru_cache(maxsize=KEPT)
def _letters(count: int, _language: str) -> str:
    return ngettext("%(shown)s letter", "%(shown)s letters", count) % {"shown": amount(count)}


def new(count: int, language: str = "") -> str:
    """3 new: letters that a reader has not seen"""
    return _new(count, language or get_language() or "")


@lru_cache(maxsize=KEPT)
def _new(count: int, _language: str) -> str:
    # Translators: of letters, as in "12 letters, 3 new"
    return ngettext("%(number)s new", "%(number)s new", count) % {"number": count}


def attached(count: int, language: str = "") -> str:
    """2 attached: files of a letter"""
    return _attached(count, language or get_language() or "")


@lru_cache(maxsize=KEPT)
def _attached(count: int, _language: str) -> str:
    # Translators: of files, as in "2 attached · 23 Nov 2026"
    return ngettext("%(number)s attached", "%(number)s attached", count) % {"number": count}


def answers(count: int, language: str = "") -> str:
    """1 answer, 12 answers"""
    return _answers(count, language or get_language() or "")


@lru_cache(maxsize=KEPT)
def _answers(count: int, _language: str) -> str:
    return ngettext("%(number)s answer", "%(number)s answers", count) % {"number": count}


def file_size(size: int) -> str:
    """84 KB, 1.2 MB"""
    if size >= 1 << 30:
        return _("%(amount)s GB") % {"amount": _short(size / (1 << 30))}
    if size >= 1 << 20:
        return _("%(amount)s MB") % {"amount": _short(size / (1 << 20))}
    if size >= 1 << 10:
        return _("%(amount)s KB") % {"amount": _short(size / (1 << 10))}
    return ngettext("%(number)s byte", "%(number)s bytes", size) % {"number": size}


def _short(value: float) -> str:
    return f"{value:.1f}".replace(".", get_format("DECIMAL_SEPARATOR")) if value < 10 else f"{value:.0f}"
