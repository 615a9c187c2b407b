"""The languages the pages are written in (locale/), each by the name its speakers call it."""

from collections.abc import Iterable

from django.core.exceptions import ImproperlyConfigured

SOURCE = "en"  # what stands in the code
NAMES = {SOURCE: "English", "de": "Deutsch", "fr": "Français", "ar": "العربية"}


def offered(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Code and name of each, English always among them. Raises ImproperlyConfigured for a language the pages do not speak."""
    wanted = [SOURCE, *(code.lower() for code in codes if code.lower() != SOURCE)]
    unknown = [code for code in wanted if code not in NAMES]
    if unknown:
        raise ImproperlyConfigured(f"LANGUAGES: no pages in {', '.join(unknown)}; there are {', '.join(NAMES)}.")
    return [(code, NAMES[code]) for code in wanted]
