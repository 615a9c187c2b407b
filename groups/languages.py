"""Languages a group can say its letters are in: BCP 47 codes with their own names."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils import translation

from groups.models import Group


def choices() -> list[tuple[str, str]]:
    named = {code: info["name_local"] for code, info in LANG_INFO.items() if "name_local" in info}
    return sorted(named.items(), key=lambda one: one[1].casefold())


def local_name(code: str) -> str:
    """ "norsk (bokmål)" for "nb"; the code itself where we know no name."""
    info = LANG_INFO.get(code) or LANG_INFO.get(code.split("-")[0]) or {}
    return info.get("name_local", code)


def spoken_in(_address: str, about: Mapping[str, Any]) -> str:
    """The language of the group a notice is about; "" where it is about none, or the group does not say."""
    group = about.get("group")
    code = getattr(group, "language", "") or ""
    return str(code).lower().split("-")[0]


def in_language_of(group: Group) -> AbstractContextManager[None]:
    """Inside it the house speaks as it does to all members at once, and to whoever it does not know of this group."""
    return translation.override(first_spoken(group.language))


def first_spoken(*codes: str) -> str:
    """The first of these languages that the site speaks, be it in another country's way; the site's own where it speaks none:
    for mail to a person, first_spoken(user.language, group.language)."""
    offered = dict(settings.LANGUAGES)
    for code in codes:
        for wanted in (code.lower(), code.lower().split("-")[0]):
            if wanted in offered:
                return wanted
    return settings.LANGUAGE_CODE
