"""E-mail addresses inside rendered letters: stored marked, shown whole to members and shortened to strangers.

A stored fragment carries every address between noncharacters of Unicode (U+FDD0 to U+FDD5), which Unicode sets aside for
use inside a program. They are removed from every letter first, so no letter can forge one. Before a fragment is shown it
goes through `reveal_addresses` (members) or `mask_addresses` (everybody else); both are one linear pass.

    U+FDD0 local U+FDD3 domain U+FDD4            an address in running text: a mailto link, or "local@…"
    U+FDD1 local U+FDD3 domain U+FDD4            an address that may not be a link (inside a link, in an attribute)
    U+FDD2 local U+FDD3 domain U+FDD4 … U+FDD5   a link of the letter to an address, around its own words

Local part and domain are HTML-escaped already, as the rest of the fragment.
"""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import quote, unquote

LINK, BARE, OPEN, AT, END, CLOSE = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3", "\ufdd4", "\ufdd5"
MARKS = (LINK, BARE, OPEN, AT, END, CLOSE)
ELLIPSIS = "@…"

_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))
_NEVER = (*MARKS, "\ufffe", "\uffff")
_REMOVED = dict.fromkeys(map(ord, _NEVER))
_MARKED = re.compile(f"([{LINK}{BARE}{OPEN}])([^{AT}{END}]*){AT}([^{END}]*){END}|{CLOSE}")

# Every pattern is possessive and begins at an "@" or a tag: each character is looked at once, whatever stands around it.
_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"  # put into addresses so that no program makes links of them
_LOCAL_MARKS = frozenset("_.+=~$%#!'?^*`|{}-" + _UNSEEN)
_LEADING = frozenset("'.=?!-{}*`|" + _UNSEEN)
# Scripts of India and South-East Asia write vowels as marks, which \w is not.
_LABEL = rf"[^\W_]|[-_{_UNSEEN}\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e31-\u109f\u17b4-\u17d3]"
_DOMAIN_PATTERN = rf"(?:(?:{_LABEL})++(?:\.(?:{_LABEL})++)++|\[[0-9a-fA-F.:]{{3,45}}+\])"
_DOMAIN = re.compile(_DOMAIN_PATTERN)
_QUOTED = re.compile(r"\"[^\"\s<>@]{1,64}\"")
_ENCODED = re.compile(rf"(?<![\w.+=~$!'-])[\w.+=~$!'-]++%40{_DOMAIN_PATTERN}")  # as it stands in the query of a URL
_INLINE_PATTERN = r"</?(?:a|b|big|code|em|font|i|s|small|span|strong|sub|sup|tt|u|wbr)(?: [^<>]{0,500})?>"
_INLINE = re.compile(_INLINE_PATTERN)
_BEHIND = re.compile(rf"((?:{_INLINE_PATTERN})*+)({_DOMAIN_PATTERN}|(?:{_LABEL})++(?=(?:{_INLINE_PATTERN})++\.\w))")


def storable(text: str) -> str:
    """`text` without the noncharacters that mark addresses, and without control characters, which no feed (XML) may hold."""
    raw = text.encode("utf-8", "replace")
    kept = raw.translate(None, _CONTROLS)
    if len(kept) != len(raw) or len(raw) != len(text):
        text = kept.decode("utf-8")
        if any(mark in text for mark in _NEVER):
            return text.translate(_REMOVED)
    return text


def find_addresses(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of every address, found from each "@" to both sides."""
    at, floor = text.find("@"), 0
    while at >= 0:
        found = _DOMAIN.match(text, at + 1)
        start = _local_start(text, at, floor) if found else at
        if found and start < at:
            yield start, found.end()
            floor = found.end()
        at = text.find("@", max(at + 1, floor))


def _local_start(text: str, at: int, floor: int) -> int:
    """Where the local part in front of an "@" begins; `at` where there is none."""
    if text[at - 1 : at] == '"':
        opening = text.rfind('"', max(floor, at - 66), at - 1)
        return opening if opening >= 0 and _QUOTED.fullmatch(text, opening, at) else at
    start = at
    while start > floor and (text[start - 1].isalnum() or text[start - 1] in _LOCAL_MARKS):
        start -= 1
    while start < at and text[start] in _LEADING:
        start += 1
    return start


def mark(address: str, kind: str = LINK) -> str:
    """The marked form of an address."""
    local, _, domain = address.rpartition("@")
    return f"{kind}{local}{AT}{domain}{END}"


def mark_all(escaped: str, kind: str = BARE) -> str:
    """Mark every address of an HTML-escaped text."""
    if "@" not in escaped:
        return escaped
    pieces: list[str] = []
    done = 0
    for start, end in find_addresses(escaped):
        pieces += (escaped[done:start], mark(escaped[start:end], kind))
        done = end
    return "".join([*pieces, escaped[done:]])


def mark_url(url: str) -> str:
    """Mark the addresses in front of the host and in the query of an escaped URL. Those in its path stay: archives of mailing
    lists name letters by Message-ID there, and networks their people."""
    if "@" not in url and "%40" not in url:
        return url
    head, slash, rest = url.partition("//")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    path, question, query = rest[len(authority) :].partition("?")
    encoded = _ENCODED.sub(lambda found: mark(found[0].replace("%40", "@"), BARE), query)
    return head + slash + mark_all(authority) + path + question + mark_all(encoded)


def mark_split(html: str) -> str:
    """Mark what is left unmarked in a finished fragment because elements stood inside of it, or between its pieces.

    Word puts spelling marks around one half of an address; what was written in several elements may end up in a row.
    """
    pieces: list[str] = []
    done, at = 0, html.find("@")
    while at >= 0:
        start, end, marked = _split_address(html, at, done)
        if end > at:
            pieces += (html[done:start], marked)
            done = end
        at = html.find("@", max(at + 1, end))
    return "".join([*pieces, html[done:]]) if pieces else html


def _split_address(html: str, at: int, floor: int) -> tuple[int, int, str]:
    """(start, end, marked form) of the address around an "@" in HTML; end is 0 where there is none."""
    behind = _BEHIND.match(html, at + 1)
    if behind is None:
        return at, 0, ""
    before = at
    while html[before - 1 : before] == ">":
        opening = html.rfind("<", max(floor, before - 520), before)
        if opening < 0 or not _INLINE.fullmatch(html, opening, before):
            break
        before = opening
    start = _local_start(html, before, floor)
    if start == before:
        return at, 0, ""
    if before < at or behind[1]:
        return before, behind.end(), f"{html[before:at]}{behind[1]}{BARE}{AT}{behind[2]}{END}"
    if html[start - 1 : start] in ("@", "/"):  # of a path: archives name letters so, networks their people
        return at, 0, ""
    return start, behind.end(), mark(html[start : behind.end()], BARE)


def mailbox_of(mailto: str) -> str:
    """The first address of a mailto URL (RFC 6068), or "" where it has none."""
    text = unquote(mailto[len("mailto:") :].partition("?")[0])
    return next((text[start:end] for start, end in find_addresses(text)), "")


def reveal_addresses(html: str) -> str:
    """A stored fragment as members see it: addresses whole, and links to write to them."""
    return _MARKED.sub(_revealed, html) if AT in html else html


def mask_addresses(html: str) -> str:
    """A stored fragment as strangers see it: "name@…", and no links to addresses."""
    return _MARKED.sub(_masked, html) if AT in html else html


def plain_addresses(html: str) -> str:
    """A stored fragment with addresses as bare text, for counting and comparing."""
    return _MARKED.sub(lambda found: f"{found[2]}@{found[3]}" if found[1] in (LINK, BARE) else "", html)


def mask_text(text: str) -> str:
    """Plain text (snippets, headers, sources) as strangers see it. Not HTML: escape it afterwards."""
    if "%40" in text:
        text = _ENCODED.sub(lambda found: found[0].partition("%40")[0] + ELLIPSIS, text)
    if "@" not in text:
        return text
    pieces: list[str] = []
    done = 0
    for _, end in find_addresses(text):
        pieces += (text[done : text.rindex("@", done, end)], ELLIPSIS)
        done = end
    return "".join([*pieces, text[done:]])


def _revealed(found: re.Match[str]) -> str:
    kind, local, domain = found.groups()
    if kind is None:
        return "</a>"
    if kind == BARE:
        return f"{local}@{domain}"
    link = f'<a class="addr" href="mailto:{_for_url(local)}@{domain}">'
    return link if kind == OPEN else f"{link}{local}@{domain}</a>"


def _masked(found: re.Match[str]) -> str:
    kind, local, _ = found.groups()
    if kind is None:
        return "</span>"
    if kind == BARE:
        return local + ELLIPSIS
    return '<span class="addr">' if kind == OPEN else f'<span class="addr">{local}{ELLIPSIS}</span>'


def _for_url(local: str) -> str:
    """RFC 6068 §2: these characters of a local part would end or change the URL."""
    return quote(unescape(local), safe="+=~!'-._$^{}") if re.search(r"[%#?&\"]", local) else local
