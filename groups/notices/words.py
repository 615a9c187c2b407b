"""A group's own words put into mail: placeholders checked when they are written, replaced when the mail is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from common.notices import Words, house_words
from groups.markdown import render_markdown
from groups.models import Group, NoticeWords
from groups.notices.kinds import KINDS, Kind, in_use, values_of

HOUSE = "house"  # the variant that is the house's own words
_BRACED = re.compile(r"\{\s*([A-Za-z_]+)\s*\}")
_IN_HTML = re.compile(r"\{\s*([A-Za-z_]+)\s*\}|%7B([A-Za-z_]+)%7D")
_GAPS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Variant:
    """What a moderator may choose when something is about to be sent: `key` goes to `send(…, variant=key)`."""

    key: str
    label: str
    is_usual: bool


def variants_of(group: Group, name: str) -> list[Variant]:
    """The words there are for a notice, the usual ones first. One query; just the house's where the group has none."""
    kept = NoticeWords.objects.filter(group=group, notice=name).order_by("label")
    own = [Variant(str(words.pk), words.label, words.is_usual) for words in kept]
    house = Variant(HOUSE, _("The house’s words"), not any(variant.is_usual for variant in own))
    return sorted([house, *own], key=lambda variant: not variant.is_usual)


def own_words(name: str, about: Mapping[str, Any], variant: str) -> Words | None:
    """For common.notices.OWN_WORDS: the group's words where the notice is about one that has some; else None."""
    group = about.get("group")
    if not isinstance(group, Group) or group.pk is None or name not in KINDS or variant == HOUSE:
        return None
    kept = _chosen(group, name, variant)
    kind = KINDS[name]
    return put_into_words(kind, kept.subject, kept.body, values_of(kind, about, group)) if kept else None


def _chosen(group: Group, name: str, variant: str) -> NoticeWords | None:
    """The variant that was asked for; the usual one where there is none such (any more)."""
    kept = NoticeWords.objects.filter(group=group, notice=name)
    asked = kept.filter(pk=int(variant)).first() if variant.isascii() and variant.isdecimal() else None
    return asked or kept.filter(is_usual=True).first()


def put_into_words(kind: Kind, subject: str, body: str, values: Mapping[str, str]) -> Words:
    text = _GAPS.sub("\n\n", _filled(body.replace("\r\n", "\n"), values))
    html = render_to_string("notices/_frame.html", {"title": values["group"], "content": as_html(kind, body, values)})
    return Words(_filled(subject, values), text, html)


def as_html(kind: Kind, body: str, values: Mapping[str, str]) -> SafeString:
    """The body as the HTML part shows it. Values are put in behind the Markdown, so that none of them can be Markdown."""
    html = render_markdown(body, breaks=True)
    return mark_safe(_IN_HTML.sub(lambda found: _html_value(kind, found, values), html))  # noqa: S308 - see the docstring


def _html_value(kind: Kind, found: re.Match[str], values: Mapping[str, str]) -> str:
    name = (found[1] or found[2]).lower()
    value = values.get(name)
    if value is None:
        return found[0]
    if found[2]:  # inside the address of a link, where Markdown has escaped the braces
        return escape(value if kind.placeholders[name].is_link else quote(value))
    shown = escape(value).replace("\n", "<br>")
    return f'<a href="{escape(value)}">{shown}</a>' if kind.placeholders[name].is_link and value else shown


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _BRACED.sub(lambda found: values.get(found[1].lower(), found[0]), text)


def problems_in(kind: Kind, subject: str, body: str) -> list[str]:
    """What is wrong with placeholders, in sentences: names that mean nothing here, names that must stand there."""
    used = {name.lower() for name in _BRACED.findall(f"{subject}\n{body}")}
    known = kind.placeholders
    unknown = [
        _("“%(name)s” means nothing in this mail. Take one from the list below.") % {"name": f"{{{name}}}"}
        for name in sorted(used - set(known))
    ]
    missing = [
        _("“%(name)s” is missing: without it nobody finds %(what)s.") % {"name": f"{{{name}}}", "what": each.says}
        for name, each in known.items()
        if each.needed and f"{{{name}}}" not in f"{subject * each.in_subject}\n{body}".replace(" ", "").lower()
    ]
    return unknown + missing


def house_draft(name: str) -> Words:
    """The house's words with placeholders where values go, in the language of the moment: what a variant begins with."""
    kind = KINDS[name]
    braced = {placeholder: f"{{{placeholder}}}" for placeholder in kind.placeholders}
    group = SimpleNamespace(name="{group}", address="{address}", slug="group", get_absolute_url="{home}")
    said = house_words(
        name, {**braced, "owner_address": "{owner}", "group": group, "SITE_NAME": "Posthouse", "SITE_URL": ""}
    )
    return Words(" ".join(said.subject.split()), said.text.strip())


def notices_of(group: Group) -> list[tuple[str, Kind, list[NoticeWords]]]:
    """Every notice with the words the group keeps for it. One query."""
    kept: dict[str, list[NoticeWords]] = {}
    for words in NoticeWords.objects.filter(group=group).order_by("label"):
        kept.setdefault(words.notice, []).append(words)
    return [(name, kind, kept.get(name, [])) for name, kind in KINDS.items() if in_use(name)]
