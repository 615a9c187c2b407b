"""manage.py parse_message FILE : show how one message is read."""

import errno
import os
import stat
import sys
from argparse import ArgumentParser
from typing import Any, BinaryIO

from django.core.management.base import CommandError

from archive.importers.readers.types import LARGEST_MESSAGE
from archive.parsing import parse_message
from archive.parsing.charsets import clean_line
from archive.parsing.types import Address, AttachmentPart, ParsedMessage
from archive.rendering import Rendered, render, reveal_addresses
from common.commands import HouseCommand


class Command(HouseCommand):
    help = "Read one RFC 5322 message and show what came out: headers, dates, text, safe HTML, attachments, defects."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the message as a file, or - for standard input")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        parsed = parse_message(read_input(options["file"]))
        rendered = render(parsed.bodies, parsed.attachments)
        described = describe(parsed, rendered)
        self.answer(described, as_json=options["json"], text=_as_text(described))


def read_input(name: str) -> bytes:
    """The bytes of a file, of a pipe, or of standard input ("-"). CommandError with a sentence where it cannot be read."""
    shown = name.encode("utf-8", "backslashreplace").decode()
    try:
        with sys.stdin.buffer if name == "-" else _opened(name) as file:
            data = file.read(LARGEST_MESSAGE + 1)
    except (OSError, ValueError) as error:
        raise CommandError(f"{shown} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    if len(data) > LARGEST_MESSAGE:
        raise CommandError(f"{shown} is larger than {LARGEST_MESSAGE >> 20} MiB; no letter is.")
    return data


def _opened(name: str) -> BinaryIO:
    """Devices may be endless, and a named pipe into which nobody writes must not make us wait for ever."""
    file = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
    kind = os.fstat(file).st_mode
    if not (stat.S_ISREG(kind) or stat.S_ISFIFO(kind)):
        os.close(file)
        raise (
            OSError(errno.EISDIR, os.strerror(errno.EISDIR))
            if stat.S_ISDIR(kind)
            else ValueError("it is neither a file nor a pipe")
        )
    os.set_blocking(file, True)
    return os.fdopen(file, "rb")


def describe(parsed: ParsedMessage, rendered: Rendered) -> dict[str, Any]:
    """A message as plain JSON values; dates are ISO 8601 in UTC."""
    return {
        "message_id": parsed.message_id,
        "message_id_missing": parsed.message_id_missing,
        "references": list(parsed.references),
        "subject": parsed.subject,
        "from": _address(parsed.sender),
        "to": [_address(person) for person in parsed.to],
        "cc": [_address(person) for person in parsed.cc],
        "reply_to": [_address(person) for person in parsed.reply_to],
        "date": parsed.date.isoformat(),
        "date_source": parsed.date_source.value,
        "date_raw": parsed.date_raw,
        "date_corrected": parsed.date_corrected,
        "utc_offset": parsed.utc_offset,
        "list_id": parsed.list_id,
        "headers": [[name, clean_line(value)] for name, value in parsed.headers],
        "text": rendered.text,
        "html": reveal_addresses(rendered.html),
        "bodies": [{"kind": part.kind, "charset": part.charset, "text": part.text} for part in parsed.bodies],
        "attachments": [_attachment(part) for part in parsed.attachments],
        "size": parsed.size,
        "content_hash": parsed.content_hash.hex(),
        "defects": parsed.defects,
    }


def _address(person: Address) -> dict[str, str]:
    return {"name": person.name, "address": person.address}


def _attachment(part: AttachmentPart) -> dict[str, Any]:
    return {
        "index": part.index,
        "name": part.filename,
        "type": part.content_type,
        "size": part.size,
        "sha256": part.sha256,
        "content_id": part.content_id,
        "inline": part.inline,
    }


def _as_text(described: dict[str, Any]) -> str:
    who = described["from"]
    lines = [
        f"Message-ID: {described['message_id']}",
        f"From: {who['name']} <{who['address']}>",
        f"Subject: {described['subject']}",
        f"Date: {described['date']} (from {described['date_source']}; as written: {described['date_raw'] or 'nothing'})",
        *(
            f"Attachment: {part['name'] or '(no name)'}, {part['type']}, {part['size']} bytes"
            for part in described["attachments"]
        ),
        f"Defects: {', '.join(described['defects']) or 'none'}",
        "",
        described["text"],
    ]
    return "\n".join(lines)
