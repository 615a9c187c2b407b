"""The letters under tests/fixtures/emails, each named by its situation."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.parsing import ParsedMessage, parse_message

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "emails"
ARRIVAL = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PLAN = b"%PDF-1.4 not much of a plan\n" * 5  # what is attached wherever something is attached


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.eml"))


def letter(name: str) -> bytes:
    return (FOLDER / f"{name}.eml").read_bytes()


def read(name: str, **hints: Any) -> ParsedMessage:
    """The letter as parsed; it arrives on 2 January 2026 unless said otherwise."""
    return parse_message(letter(name), **{"arrival": ARRIVAL, **hints})


def texts(message: ParsedMessage) -> list[str]:
    return [body.text for body in message.bodies if body.kind == "plain"]


def text(name: str) -> str:
    """The one plain text of a letter."""
    (only,) = texts(read(name))
    return only


def kinds(message: ParsedMessage) -> list[str]:
    return [body.kind for body in message.bodies]
