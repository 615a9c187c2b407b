"""Content-Type and Content-Disposition: RFC 2045 §5.1, RFC 2183, with RFC 2231 parameters, read the forgiving way."""

import re
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from archive.parsing.charsets import clean_line, decode
from archive.parsing.words import decode_words

# A parameter may follow white space alone: the semicolon gets lost. A bare value may hold spaces, up to what looks like
# a parameter.
_PARAMETER = re.compile(
    r"""[;\s]\s?([^\s=;:"'()<>@,/\[\]?]+)\s?=\s?("(?:[^"\\]|\\.)*+"?|[^;\s]*(?:\s(?![\w*'.-]+\s?=)[^;\s]*)*)""",
    re.DOTALL,
)
_TYPE = re.compile(r"\s*([\w!#$&^.+'-]+)\s*/\s*([\w!#$&^.+'-]+)")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_WINDOWS_PATH = re.compile(r"[A-Za-z]:\\|\\\\")
_SECTION = re.compile(r"([^*]+)\*(?:(\d{1,4})(\*?)|)$")
_LANGUAGE_LOST = re.compile(r"(utf-8|iso-8859-\d{1,2}|windows-125\d)'(?=[^']*$)", re.IGNORECASE)
_LONGEST = 4_000  # characters of a header value that are looked at; the rest of a monster is of no use


class ContentType(NamedTuple):
    """main and sub: lower case. parameters: names in lower case, values decoded."""

    main: str
    sub: str
    parameters: MappingProxyType[str, str]

    @property
    def full(self) -> str:
        return f"{self.main}/{self.sub}"


class Disposition(NamedTuple):
    """kind: "inline", "attachment" or "" where absent or unreadable."""

    kind: str
    parameters: MappingProxyType[str, str]


_NOTHING: MappingProxyType[str, str] = MappingProxyType({})
PLAIN = ContentType("text", "plain", _NOTHING)
NO_DISPOSITION = Disposition("", _NOTHING)
_SHORT = {
    "text": PLAIN,
    "plain": PLAIN,
    "html": ContentType("text", "html", _NOTHING),
    "mixed": ContentType("multipart", "mixed", _NOTHING),
}


def parse_content_type(value: str) -> ContentType | None:
    """An unfolded Content-Type value. None where no type can be made out (RFC 2045 §5.2 then says: text/plain)."""
    return _parse_content_type(value[:_LONGEST])


def parse_disposition(value: str) -> Disposition:
    """An unfolded Content-Disposition value. Unknown kinds count as attachment (RFC 2183 §2.8)."""
    return _parse_disposition(value[:_LONGEST])


@lru_cache(maxsize=1024)
def _parse_content_type(value: str) -> ContentType | None:
    match = _TYPE.match(value)
    if match:
        return ContentType(match[1].lower(), match[2].lower(), parse_parameters(value[match.end() :]))
    short = _SHORT.get(value.partition(";")[0].strip().lower())  # RFC 1049: "Content-Type: TEXT"
    return (
        short._replace(parameters=parse_parameters(value.partition(";")[1] + value.partition(";")[2]))
        if short
        else None
    )


@lru_cache(maxsize=1024)
def _parse_disposition(value: str) -> Disposition:
    kind = re.split(r"[;\s=]", value.strip().lower(), maxsplit=1)[0].strip("\"'")
    known = kind if kind in ("inline", "attachment", "") or "=" in value[: len(kind) + 2] else "attachment"
    parameters = parse_parameters(value if kind in ("", known) else ";" + value)
    return Disposition(known if known in ("inline", "attachment") else "", parameters)


def parse_parameters(text: str) -> MappingProxyType[str, str]:
    """`; name=value; …` to a mapping. The first of two alike wins; RFC 2231 forms win over plain ones, encoded words
    are decoded."""
    if "=" not in text:
        return _NOTHING
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[bool, str]]] = {}
    for name, value in _PARAMETER.findall(";" + " ".join(text.split())):
        name = name.lower()
        section = _SECTION.match(name) if "*" in name else None
        if section is None:
            plain.setdefault(name, _unquote(value))
        else:
            encoded = section[2] is None or bool(section[3])
            sections.setdefault(section[1], {}).setdefault(int(section[2] or 0), (encoded, _unquote(value)))
    for name, value in plain.items():
        plain[name] = clean_line(decode_words(value)) if "=?" in value else clean_line(value)
    for name, parts in sections.items():
        plain[name] = _join_sections(parts) or plain.get(name, "")
    return MappingProxyType(plain)


def _unquote(value: str) -> str:
    if not value.startswith('"'):
        return value.strip().strip("'\"") if value[:1] in "'\"" else value.strip()
    inner = value[1:-1] if len(value) > 1 and value.endswith('"') else value[1:]
    if "\\" in inner and not _WINDOWS_PATH.match(inner):  # Windows mailers do not escape the backslashes of a path
        inner = _ESCAPED.sub(r"\1", inner)
    return inner


def _join_sections(parts: dict[int, tuple[bool, str]]) -> str:
    """RFC 2231 §3, §4. Sections out of order are sorted; percent signs in sections not marked as encoded stay."""
    charset, first = "", parts.get(0)
    if first and first[0] and first[1].count("'") >= 2:
        charset, _, rest = first[1].split("'", 2)
        parts = {**parts, 0: (True, rest)}
    elif first and first[0] and (found := _LANGUAGE_LOST.match(first[1])):
        charset, parts = found[1], {**parts, 0: (True, first[1][found.end() :])}
    data = b"".join(
        unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace")
        for _, (encoded, text) in sorted(parts.items())
    )
    text = decode(data, charset).text
    return clean_line(decode_words(text)) if "=?" in text else text
