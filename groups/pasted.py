"""Names and addresses out of whatever people paste: one a line, with commas, semicolons or tabs, out of a mail program's To line,
out of a spreadsheet. Pure."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

LONGEST_TEXT = 500_000
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:|]+@[^\s<>()\[\]\"',;:|@]+")
_EDGES = " \t,;|<>()[]\"'“”„«»:-–—•*·"
_NUMBERED = re.compile(r"^\s*\d{1,4}[.)]\s+")


@dataclass(frozen=True, slots=True)
class Pasted:
    address: str  # small letters
    name: str = ""


@dataclass(frozen=True, slots=True)
class Understood:
    people: list[Pasted]
    twice: int = 0
    puzzling: tuple[str, ...] = ()  # lines in which there is no address


def is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


def understand(text: str) -> Understood:
    """Everybody in the text, each address once, in order."""
    people: dict[str, Pasted] = {}
    twice, puzzling = 0, []
    for line in text[:LONGEST_TEXT].replace("\x00", "").splitlines():
        found = _in_line(line)
        if not found and line.strip(_EDGES):
            puzzling.append(line.strip()[:120])
        for each in found:
            twice += each.address in people
            people.setdefault(each.address, each)
    return Understood(list(people.values()), twice, tuple(puzzling))


def _in_line(line: str) -> list[Pasted]:
    line = _NUMBERED.sub("", line.replace("mailto:", " "))
    found: list[Pasted] = []
    end = 0
    for match in _ADDRESS.finditer(line):
        address = match.group().strip(".").lower()
        if is_address(address):
            found.append(Pasted(address, _name(line[end : match.start()])))
            end = match.end()
    if len(found) == 1 and not found[0].name:  # "ann@example.org, Ann Berg"
        found[0] = Pasted(found[0].address, _name(line[end:]))
    return found


def _name(text: str) -> str:
    """What stands before an address, if it reads like a name: "Berg, Ann" is turned round."""
    words = " ".join(text.replace("\t", " ").strip(_EDGES).split())
    if not 1 < len(words) <= 150 or "@" in words or "://" in words or not any(sign.isalpha() for sign in words):
        return ""
    family, comma, given = words.partition(", ")
    turned = f"{given} {family}" if comma and given and "," not in given else words
    return turned.strip(_EDGES)
