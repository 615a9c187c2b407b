"""Names and figures as they stand in sentences, in the language of the moment."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def quoted(text: str) -> str:
    # Translators: the words of an option, in the quotation marks of the language
    return _("“%(words)s”") % {"words": text}


def listed(texts: Sequence[str]) -> str:
    # Translators: what stands between the parts of a list, with its blank
    return pgettext("list", ", ").join(texts)


def one_digit(number: float) -> str:
    """3.7, or 3,7"""
    return number_format(Decimal(f"{number:.1f}"), 1)
