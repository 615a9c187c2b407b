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
from html import unescape
from urllib.parse import quote, unquote

LINK, BARE, OPEN, AT, END, CLOSE = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3", "\ufdd4", "\ufdd5"
MARKS = (LINK, BARE, OPEN, AT, END, CLOSE)
ELLIPSIS = "@…"

_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))
_NEVER = (*MARKS, "\ufffe", "\uffff")
_REMOVED = dict.fromkeys(map(ord, _NEVER))
_MARKED = re.compile(f"([{LINK}{BARE}{OPEN}])([^{AT}{END}]*){AT}([^{END}]*){END}|{CLOSE}")

# The lookbehind lets a match start only where a run of such characters starts, and runs are possessive: linear on anything.
_UNSEEN = "\u00ad\u200b-\u200d\u2060\ufeff"  # put into addresses so that no program makes links of them
_LOCAL = rf"\w.+=~$%#!'?^*`|{{}}{_UNSEEN}-"
# Scripts of India and South-East Asia write vowels as marks, which \w is not.
_LABEL = rf"[^\W_]|[-_{_UNSEEN}\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e31-\u109f\u17b4-\u17d3]"
DOMAIN = rf"(?:(?:{_LABEL})++(?:\.(?:{_LABEL})++)++|\[[0-9a-fA-F.:]{{3,45}}+\])"
ADDRESS = rf"(?:(?<![{_LOCAL}])[{_LOCAL}]++|\"[^\"\s<>@]{{1,64}}+\")@{DOMAIN}"
_ADDRESS = re.compile(ADDRESS)
_ENCODED = re.compile(rf"(?<![\w.+=~$!'-])[\w.+=~$!'-]++%40{DOMAIN}")  # as it stands in the query of a URL
_LEADING = "'.=?!-{}*`|" + "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_INLINE = r"(?:</?(?:a|b|big|code|em|font|i|s|small|span|strong|sub|sup|tt|u|wbr)(?: [^<>]*)?>)"
# Word puts spelling marks around one half of an address; what was written in several elements may end up in a row.
_SPLIT = re.compile(
    rf"(?<=[{_LOCAL}])((?:{_INLINE}++@{_INLINE}*+|@{_INLINE}++))({DOMAIN}|(?:{_LABEL})++(?={_INLINE}++\.\w))"
    rf"|(?<![@/{_LOCAL}])[{_LOCAL}]++@{DOMAIN}"
)


def storable(text: str) -> str:
    """`text` without the noncharacters that mark addresses, and without control characters, which no feed (XML) may hold."""
    raw = text.encode("utf-8", "replace")
    kept = raw.translate(None, _CONTROLS)
    if len(kept) != len(raw) or len(raw) != len(text):
        text = kept.decode("utf-8")
        if any(mark in text for mark in _NEVER):
            return text.translate(_REMOVED)
    return text


def mark(address: str, kind: str = LINK) -> str:
    """The marked form of an address as found by ADDRESS; what cannot begin an address stays in front of it."""
    local, _, domain = address.rpartition("@")
    start = len(local) - len(local.lstrip(_LEADING))
    if start == len(local):
        return address
    return f"{local[:start]}{kind}{local[start:]}{AT}{domain}{END}"


def mark_all(escaped: str, kind: str = BARE) -> str:
    """Mark every address of an HTML-escaped text."""
    if "@" not in escaped:
        return escaped
    return _ADDRESS.sub(lambda found: mark(found[0], kind), escaped)


def mark_url(url: str) -> str:
    """Mark the addresses in front of the host and in the query of an escaped URL. Those in its path stay: archives of mailing
    lists name letters by Message-ID there, and networks their people."""
    if "@" not in url and "%40" not in url:
        return url
    head, slash, rest = url.partition("//")
    authority = re.match(r"[^/?#]*", rest)[0]  # type: ignore[index]
    path, question, query = rest[len(authority) :].partition("?")
    encoded = _ENCODED.sub(lambda found: mark(found[0].replace("%40", "@"), BARE), query)
    return head + slash + mark_all(authority) + path + question + mark_all(encoded)


def mark_split(html: str) -> str:
    """Mark what is left unmarked in a finished fragment because elements stood inside of it, or between its pieces."""
    return _SPLIT.sub(_joined, html) if "@" in html else html


def _joined(found: re.Match[str]) -> str:
    if found[2] is None:
        return mark(found[0], BARE)
    return f"{found[1].replace('@', '', 1)}{BARE}{AT}{found[2]}{END}"


def mailbox_of(mailto: str) -> str:
    """The first address of a mailto URL (RFC 6068), or "" where it has none."""
    found = _ADDRESS.search(unquote(mailto[len("mailto:") :].partition("?")[0]))
    return found[0].lstrip(_LEADING) if found else ""


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
    return _ADDRESS.sub(_shortened, text) if "@" in text else text


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


def _shortened(found: re.Match[str]) -> str:
    return found[0].rpartition("@")[0] + ELLIPSIS
