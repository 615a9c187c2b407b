"""A letter written on the web as RFC 5322 bytes, such as a good mail program would have sent: from here on it is mail."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from hashlib import blake2b

from archive.parsing import base_subject
from common.text import storable
from mail.web.flowed import flow

MOST_REFERENCES = 30
LONGEST_ID = 900  # a line has at most 998 octets (RFC 5322 §2.1.1)
LONGEST_LINE = 900
LONGEST_QUOTE = 20_000
SIGNATURE = "\n-- \n"


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Written:
    """What a person wrote, and where it goes. `answers`: Message-ID of the letter it answers; `references`: of those that one
    names, oldest first. Without angle brackets."""

    name: str
    address: str
    to: str
    to_name: str
    subject: str
    text: str
    message_id: str
    date: datetime
    answers: str = ""
    references: Sequence[str] = ()
    files: Sequence[File] = field(default=())


def message_id(domain: str, *of: object) -> str:
    """The same for the same parts, so that a letter sent twice is one letter."""
    return f"{blake2b(chr(31).join(map(str, of)).encode(), digest_size=15).hexdigest()}@{domain}"


def as_bytes(written: Written) -> bytes:
    letter = EmailMessage(policy=SMTP if _is_plain(written) else SMTPUTF8)
    letter["From"] = Address(_line(written.name), addr_spec=written.address)
    letter["To"] = Address(_line(written.to_name), addr_spec=written.to)
    letter["Subject"] = _line(written.subject)
    letter["Date"] = format_datetime(written.date)
    text = flow(_text(written.text))
    letter.set_content(text, cte=_encoding(text), params={"format": "flowed"})
    for file in written.files:
        _attach(letter, file)
    return _identity(written) + letter.as_bytes()


def _is_plain(written: Written) -> bool:
    return written.address.isascii() and written.to.isascii()


def _line(text: str) -> str:
    return storable(" ".join(text.split()))


def _text(text: str) -> str:
    return storable(text).replace("\r\n", "\n").replace("\r", "\n").strip("\n") + "\n"


def _encoding(text: str) -> str:
    fits = text.isascii() and max(map(len, text.split("\n"))) <= LONGEST_LINE
    return "7bit" if fits else "quoted-printable"


def _attach(letter: EmailMessage, file: File) -> None:
    main, _, sub = file.content_type.partition("/")
    if not sub or main in ("message", "multipart"):
        main, sub = "application", "octet-stream"
    letter.add_attachment(file.content, maintype=main, subtype=sub, filename=_line(file.name) or "file")


def _identity(written: Written) -> bytes:
    """Message-ID, In-Reply-To and References (RFC 5322 §3.6.4), written here because the library would encode long ones."""
    lines = [f"Message-ID: <{written.message_id}>"]
    if _is_id(written.answers):
        lines.append(f"In-Reply-To: <{written.answers}>")
        named = [one for one in written.references if _is_id(one) and one != written.answers]
        if len(named) >= MOST_REFERENCES:  # the first, and the last ones
            named = [named[0], *named[2 - MOST_REFERENCES :]]
        lines.append("References: " + "\r\n ".join(f"<{one}>" for one in [*named, written.answers]))
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _is_id(text: str) -> bool:
    return 0 < len(text) <= LONGEST_ID and text.isascii() and text.isprintable() and not set(text) & set("<> ")


def reply_subject(subject: str) -> str:
    return subject if base_subject(subject)[1] else f"Re: {subject}".strip()


def quotation(name: str, when: str, text: str) -> str:
    """The letter as an answer quotes it: without its signature, and not without end."""
    body = text.replace("\r\n", "\n").partition(SIGNATURE)[0].strip("\n")
    if len(body) > LONGEST_QUOTE:
        body = body[:LONGEST_QUOTE].rpartition("\n")[0] + "\n[…]"
    quoted = "\n".join(f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in body.split("\n"))
    return f"{name} wrote on {when}:\n{quoted}\n\n"
