"""Writes mbox files (dialect mboxrd) that every mail program reads, and that our own reader gives back byte for byte.

What our header lines say is described in archive/mboxrd.py.
"""

import re
from datetime import UTC, datetime

from archive.mboxrd import Author, wrap

_NOT_IN_SENDER = re.compile(r"[^\x21-\x7e]+")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def from_line(sender: str, date: datetime) -> bytes:
    """The "From " line (RFC 4155 appendix A): the sender's address, "-" if unknown, and the date in UTC as asctime() writes it,
    whatever the locale. A date without a zone is taken as UTC."""
    moment = date.astimezone(UTC) if date.tzinfo else date
    address = _NOT_IN_SENDER.sub("", sender)[:250] or "-"
    stamp = (
        f"{_DAYS[moment.weekday()]} {_MONTHS[moment.month - 1]} {moment.day:2d} "
        f"{moment.hour:02d}:{moment.minute:02d}:{moment.second:02d} {moment.year:04d}"
    )
    return f"From {address} {stamp}\n".encode("ascii")


def format_entry(
    raw: bytes,
    *,
    sender: str,
    date: datetime,
    number: int | None = None,
    thread: int | None = None,
    group: str = "",
    author: Author | None = None,
) -> bytes:
    """One message as it stands in the file, with its "From " line and the empty line behind it. raw is any bytes at all;
    number: the message's number in its group; thread: the number of its thread's first message; group: that group's slug; author:
    who wrote it, where the letter itself does not say."""
    return from_line(sender, date) + wrap(raw, number, thread, group, author)
