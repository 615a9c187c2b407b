"""Mailboxes of From, To, Cc and Reply-To: RFC 5322 §3.4 with its obsolete forms, and what people and programs wrote
instead.

A broken address is kept as written rather than mended into somebody else's.
"""

import re
from functools import lru_cache

from archive.parsing.charsets import clean_line
from archive.parsing.types import Address
from archive.parsing.words import decode_words

NOBODY = Address("", "")
_MOST = 10_000  # mailboxes of one field; nobody reads on
_LONGEST = 1_000_000

_ATOM = r"[^\s<>@,;:()\"\\\[\]]"
_SIMPLE = re.compile(rf"""(?:([^"<>@,;:()\\=\[\]]*?)|"([^"\\=]*)")\s?<({_ATOM}+@{_ATOM}+)>$""")
_BARE = re.compile(rf"({_ATOM}+@{_ATOM}+)(?: \(([^()\\=]*)\))?$")
_TOKEN = re.compile(r""""(?:[^"\\]|\\.)*+"?|<[^<>]*+>?|\\.|[^",;:()<>\\]++|.""", re.DOTALL)
_TOKEN_WITHOUT_QUOTES = re.compile(r"""<[^<>]*+>?|\\.|[^,;:()<>\\]++|.""", re.DOTALL)
_CLOSED = re.compile(r""""(?:[^"\\]|\\.)*+\"""", re.DOTALL)
_COMMENT = re.compile(r"\([^()]*+\)")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PIPERMAIL = re.compile(rf"({_ATOM}+) (?:at|AT|a en|en|на) ({_ATOM}+\.{_ATOM}+)$")
_DISGUISED = re.compile(rf"({_ATOM}+) ?[(\[] ?(?:a|at) ?[)\]] ?({_ATOM}+\.{_ATOM}+)", re.IGNORECASE)
_MARC = re.compile(rf"({_ATOM}+(?: ! {_ATOM}+)*) \(\) ({_ATOM}+(?: ! {_ATOM}+)+)")
_MAILTO = re.compile(r"\[(?:mailto|smtp|MAILTO|SMTP):([^\]\s]+)\]?")
_WITHIN = re.compile(r"([^<>,;]*)<\s*([^<>\s]+@[^<>\s]*)\s*>?")
_BARE_JAPANESE = re.compile(r"\x1b\$[@B][!-~]*(?:\x1b\([BJ]|\Z)")
_QUOTES = "\"' \t"


def parse_addresses(value: str) -> list[Address]:
    """Every mailbox of an unfolded, undecoded field value; groups (RFC 5322 §3.4) give their members. Never raises."""
    return list(_parse(value[:_LONGEST])) if len(value) > 2000 else list(_parse_cached(value))


def parse_address(value: str) -> Address:
    """The first mailbox that has an address, else the first name; NOBODY where there is neither."""
    people = _parse_cached(value[:2000])
    for person in people:
        if person.address:
            return person
    return people[0] if people else NOBODY


@lru_cache(maxsize=8192)
def _parse_cached(value: str) -> tuple[Address, ...]:
    return _parse(value)


def _parse(value: str) -> tuple[Address, ...]:
    value = " ".join(value.split())
    if "\x1b$" in value:  # ISO-2022-JP as it is: its "ESC ( B" is no comment
        value = _BARE_JAPANESE.sub(lambda found: found[0].encode().decode("iso-2022-jp", "replace"), value)
    if "(" in value or "[" in value:
        value = _undisguised(value)
    match = _SIMPLE.match(value)
    if match:
        return (Address(clean_line((match[1] or match[2] or "").strip(_QUOTES)), clean_line(match[3])),)
    match = _BARE.match(value)
    if match:
        return (Address(clean_line(match[2] or ""), clean_line(match[1])),)
    return tuple(_Reader().read(value)[:_MOST])


def _undisguised(value: str) -> str:
    """The "@" of archives that hide addresses from harvesters: "joe(a)example.org" (HyperKitty's exports), "joe [at]
    example.org", "joe () example ! org" (MARC). Where there is an "@", nothing is in disguise."""
    if "@" in value:
        return value
    if "() " in value:
        value = _MARC.sub(lambda found: f"{found[1]}@{found[2]}".replace(" ! ", "."), value)
    return _DISGUISED.sub(r"\1@\2", value)


class _Reader:
    """Walks over the tokens once, collecting phrase, comments and angle address of the mailbox at hand."""

    def __init__(self) -> None:
        self.found: list[Address] = []
        self._start()

    def _start(self) -> None:
        self.phrase: list[str] = []
        self.quoted: list[bool] = []
        self.comments: list[str] = []
        self.angle: str | None = None

    def read(self, value: str) -> list[Address]:
        unclosed = self._walk(_TOKEN.findall(value))
        if unclosed:
            self._walk(_TOKEN_WITHOUT_QUOTES.findall(unclosed))
        self._finish()
        if not any(person.address for person in self.found) and "@" in value:
            return _rescued(value) or self.found
        if "=?" in value and "@" in (decoded := decode_words(value)) and not any(one.address for one in self.found):
            return list(_parse(decoded)) if "=?" not in decoded else self.found  # name and address in one encoded word
        return self.found

    def _walk(self, tokens: list[str]) -> str:
        """Take every piece; returns what stands behind a quotation mark that is never closed."""
        depth = 0
        for piece in tokens:
            if piece == "(":
                depth += 1
            elif piece == ")":
                depth = max(0, depth - 1)
            elif piece[0] == '"' and not _CLOSED.fullmatch(piece):
                return piece[1:]
            elif depth:
                self.comments.append(piece[1:] if piece[0] == "\\" else piece)
            else:
                self._take(piece)
        return ""

    def _take(self, piece: str) -> None:
        if piece in (",", ";"):
            self._finish()
        elif piece == ":":
            self._colon()
        elif piece[0] == "<" and self.angle is None:
            self.angle = piece.strip("<> ")
        elif piece[0] == '"':
            self.phrase.append(_ESCAPED.sub(r"\1", piece[1:-1]) if "\\" in piece else piece[1:-1])
            self.quoted.append(True)
        elif piece not in ("<", ">"):
            self.phrase.append(piece[1:] if piece[0] == "\\" else piece)
            self.quoted.append(False)

    def _colon(self) -> None:
        """The name of a group ends here; but not in "Re: foo <a@b>" addresses, nor in "a@[IPv6:…]"."""
        last = self.phrase[-1] if self.phrase else ""
        if self.angle is None and "@" not in last and not last.lower().endswith(("[mailto", "[smtp")):
            self._start()
        else:
            self.phrase.append(":")
            self.quoted.append(False)

    def _finish(self) -> None:
        name, address = self._mailbox()
        if name or address:
            self.found.append(Address(clean_line(name), clean_line(address)))
        self._start()

    def _mailbox(self) -> tuple[str, str]:
        comment = " ".join(decode_words("".join(self.comments)).split())
        if self.angle is not None:
            return self._name() or comment, _without_route(self.angle)
        text = " ".join("".join(self._requoted()).split())
        if not text:
            return comment, ""
        mailto = _MAILTO.search(text)
        if mailto:
            return _phrase(text[: mailto.start()]) or comment, mailto[1]
        if "@" in text:
            name, address = _split_bare(text)
            return name or comment, address
        pipermail = _PIPERMAIL.match(text)
        if pipermail:
            return comment, f"{pipermail[1]}@{pipermail[2]}"
        if comment and " " not in text:
            return comment, text  # "root (Charlie Root)", from the machine itself
        return _phrase(text) or comment, ""

    def _requoted(self) -> list[str]:
        """For a bare address: "john smith"@example.org keeps its quotes, a quoted name does not."""
        following = [*self.phrase[1:], ""]
        parts = zip(self.phrase, self.quoted, following, strict=False)
        return [f'"{piece}"' if quoted and after.startswith("@") else piece for piece, quoted, after in parts]

    def _name(self) -> str:
        return _phrase(" ".join(self.phrase))


def _phrase(text: str) -> str:
    return " ".join(decode_words(text).split()).strip(_QUOTES)


def _without_route(angle: str) -> str:
    """<@relay,@relay2:joe@example.org> (RFC 5322 §4.4), <mailto:joe@example.org>, <joe(home)@example.org>, <joe at
    example.org>"""
    if "(" in angle:
        angle = _COMMENT.sub("", angle)
    if ":" in angle and (angle.startswith("@") or angle[:7].lower() == "mailto:"):
        angle = angle.rpartition(":")[2]
    angle = angle.strip("' ")
    pipermail = _PIPERMAIL.match(angle)
    return f"{pipermail[1]}@{pipermail[2]}" if pipermail else angle.replace(" @ ", "@")


def _split_bare(text: str) -> tuple[str, str]:
    """ "Joe Bloggs joe@example.org", "joe @ example.org", "joe@example.org Joe": the word with the @, the rest is the
    name."""
    words = text.replace(" @ ", "@").split(" ") if not text.startswith('"') else [text]
    for position, word in enumerate(words):
        if "@" in word:
            return _phrase(" ".join(words[:position] + words[position + 1 :])), word.strip("'")
    return _phrase(text), ""


def _rescued(value: str) -> list[Address]:
    """Unbalanced quotes hid everything: take what stands in angle brackets, else the first word with an @."""
    found = [Address(clean_line(_phrase(name)), clean_line(address)) for name, address in _WITHIN.findall(value)]
    return found or [Address("", clean_line(word.strip("<>\"'(),;"))) for word in value.split() if "@" in word][:1]
