"""HTML mail made safe: nh3 (ammonia, html5ever) parses it as a browser does and drops what is not allowed; `rebuild` follows.

Before that a linear look refuses what would cost the parser too much: html5ever takes quadratic time on deep nesting, and
unclosed formatting makes it write every open <b> again in each paragraph. Such letters are simplified, or shown as text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import nh3

from archive.rendering import addresses, htmltext
from archive.rendering.allowlist import DROPPED, READ_ATTRIBUTES, SCHEMES, TAGS
from archive.rendering.rebuild import Rebuilder

DEEPEST = 600  # open elements
_FEW_TAGS = 400  # with fewer, nothing can be deep or multiply
_MOST_COPIES = 100_000  # of formatting elements, in the worst case
_LONG_PIECE = 10_000  # characters from one "<" to the next
_MOST_ATTRIBUTES = 300

_MANY_ENTITIES = 2000  # in one stretch of text: html5ever copies all of it for each, quadratic time

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())  # noqa: SIM905
_CLOSED_BY_OTHERS = frozenset("p li td th tr dd dt option tbody thead tfoot colgroup html head body".split())  # noqa: SIM905
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())  # noqa: SIM905
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_FORMATTING_TAG = re.compile(r"</?(?:" + "|".join(_FORMATTING) + r")(?=[\s>/])[^<>]*>", re.IGNORECASE)


@dataclass(slots=True)
class SafeHtml:
    """html: a fragment to store, addresses marked (see addresses), images as placeholders (see images)."""

    html: str
    has_remote: bool


def _absolute(url: str) -> str | None:
    """Relative addresses mean nothing in a letter, except those that only leave out the scheme."""
    return "https:" + url if url.startswith("//") and not url.startswith("///") else None


_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(DROPPED),
    attributes={tag: set(names) for tag, names in READ_ATTRIBUTES.items()},
    url_schemes=set(SCHEMES),
    url_relative=_absolute,
    link_rel=None,
    strip_comments=True,
)


def sanitise_html(html: str, cids: Mapping[str, int]) -> SafeHtml:
    """HTML mail as a safe fragment. cids: Content-ID (without angle brackets) -> part index of images in the same message."""
    cleaned = clean(html)
    if cleaned is None:
        return SafeHtml(htmltext.as_paragraphs(addresses.storable(htmltext.strip_tags(html))), has_remote=False)
    return rebuild(cleaned, cids)


def clean(html: str) -> str | None:
    """First pass: only allowed elements and attributes, well-formed. None where the letter can only be shown as text."""
    bounded = _bounded(addresses.storable(html))
    return None if bounded is None else _CLEANER.clean(bounded)


def rebuild(cleaned: str, cids: Mapping[str, int]) -> SafeHtml:
    """Second pass; see Rebuilder."""
    rebuilder = Rebuilder(cids)
    first, *pieces = addresses.storable(cleaned).split("<")
    if first:
        rebuilder.text(first)
    for piece in pieces:
        tag, _, text = piece.partition(">")
        if tag[0] == "/":
            rebuilder.close()
        else:
            rebuilder.open(tag)
        if text:
            rebuilder.text(text)
    return SafeHtml(rebuilder.finish(), rebuilder.has_remote)


def _bounded(html: str) -> str | None:
    """The letter, simplified where the parser would take too long; None where that does not help."""
    pieces = html.split("<")
    if max(map(len, pieces)) > _LONG_PIECE:
        html = "<".join([_cut_up(pieces[0]), *map(_without_flood, pieces[1:])])
    if len(pieces) < _FEW_TAGS:
        return html
    depth, formatting = _measure(html)
    if formatting * len(pieces) > _MOST_COPIES:
        html = _FORMATTING_TAG.sub("", html)
        depth, _ = _measure(html)
    return html if depth <= DEEPEST else None


def _without_flood(piece: str) -> str:
    """What follows a "<". A tag with thousands of attributes or entities is no tag."""
    if len(piece) <= _LONG_PIECE:
        return piece
    if not piece[0].isalpha() and piece[0] not in "/!?":
        return _cut_up(piece)
    tag, end, text = piece.partition(">")
    return ("x" if piece[0] != "!" and _is_flooded(tag) else tag) + end + _cut_up(text)


def _cut_up(text: str) -> str:
    """Text with very many entities, cut up by comments, which end what the parser has to copy."""
    if text.count("&") <= _MANY_ENTITIES:
        return text
    parts = text.split("&")
    return "<!---->&".join("&".join(parts[at : at + _MANY_ENTITIES]) for at in range(0, len(parts), _MANY_ENTITIES))


def _is_flooded(tag: str) -> bool:
    most = _MOST_ATTRIBUTES
    return tag.count("=") > most or tag.count("&") > _MANY_ENTITIES or len(tag.split(None, most)) > most


def _measure(html: str) -> tuple[int, int]:
    """(depth, formatting elements open at once), neither lower than what the parser will find."""
    open_tags: dict[str, int] = {}
    depth = deepest = formatting = most_formatting = 0
    for slash, name in _TAG.findall(html):
        name = name.lower()
        if name in _VOID or name in _CLOSED_BY_OTHERS:
            continue
        if not slash:
            open_tags[name] = open_tags.get(name, 0) + 1
            depth += 1
            deepest = max(deepest, depth)
            if name in _FORMATTING:
                formatting += 1
                most_formatting = max(most_formatting, formatting)
        elif open_tags.get(name, 0) > 0:
            open_tags[name] -= 1
            depth -= 1
            formatting -= name in _FORMATTING
    return deepest, most_formatting
