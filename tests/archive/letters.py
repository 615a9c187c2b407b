"""Letters and mboxes for tests that import: text in, bytes out."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from archive.prepare import Hints, Letter, prepare

START = datetime(2004, 5, 1, 9, 0, tzinfo=UTC)


def letter(
    number: int,
    *,
    subject: str = "Seed swap",
    body: str = "Forty packets are left.",
    sender: str = "Marta Berg <marta@example.org>",
    refs: tuple[int, ...] = (),
    days: float = 0,
    extra: str = "",
) -> bytes:
    """An RFC 5322 message; `refs` are the numbers of the letters it answers, oldest first."""
    date = START + timedelta(days=days, minutes=number)
    references = f"References: {' '.join(f'<m{ref}@example.org>' for ref in refs)}\n" if refs else ""
    return (
        f"From: {sender}\nTo: list@example.org\nSubject: {subject}\nDate: {format_datetime(date)}\n"
        f"Message-ID: <m{number}@example.org>\n{references}{extra}\n{body}\n"
    ).encode()


def prepared(number: int, **fields: object) -> Letter:
    return prepare(letter(number, **fields), Hints())  # type: ignore[arg-type]


def mbox(path: Path, letters: list[bytes]) -> Path:
    """Write letters as an mbox with the usual From_ lines."""
    path.write_bytes(b"".join(b"From someone@example.org Sat May  1 09:00:00 2004\n" + raw + b"\n" for raw in letters))
    return path
