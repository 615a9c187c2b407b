"""Members out of a file: comma separated values as mail programs, spreadsheets and other list software write them. Encoding,
delimiter, heading and columns are guessed, and whoever looks at the preview may change each. Pure."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.sentences import small
from groups.models import Delivery, DigestFormat, Posting, Role
from groups.pasted import is_address

LARGEST = 20 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 60
DELIMITERS = {
    ",": gettext_lazy("comma"),
    ";": gettext_lazy("semicolon"),
    "\t": gettext_lazy("tab"),
    "|": gettext_lazy("vertical bar"),
}
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": gettext_lazy("Western (Windows-1252)"),
    "latin-1": "Latin-1",
} | {
    "cp1250": gettext_lazy("Central European (Windows-1250)"),
    "cp1251": gettext_lazy("Cyrillic (Windows-1251)"),
    "mac_roman": "Macintosh",
}
COLUMNS = {
    "": gettext_lazy("leave out"),
    "address": gettext_lazy("Address"),
    "name": gettext_lazy("Name"),
    "given": gettext_lazy("First name"),
    "family": gettext_lazy("Last name"),
    "role": gettext_lazy("Role"),
    "delivery": gettext_lazy("What they get"),
    "posting": gettext_lazy("Their letters"),
    "joined": gettext_lazy("Joined"),
}
HEADINGS = {
    "address": "address email mail emailaddress mailaddress emails primaryemail memberemail adresse courriel useremail",
    "name": "name fullname displayname realname nickname membername nom contact",
    "given": "firstname givenname forename vorname prenom",
    "family": "lastname surname familyname nachname secondname",
    "role": "role memberrole rolle status moderator groupstatus",
    "delivery": "delivery emaildelivery deliverymode subscription digest emailpreference deliverypreference mode reception",
    "posting": "posting moderation postingstatus moderationstatus",
    "joined": "joined datejoined joindate joinedat since created createdat subscribed subscribedat date membersince",
}
ROLES = {"owner": Role.OWNER, "moderator": Role.MODERATOR, "manager": Role.MODERATOR, "listowner": Role.OWNER}
DELIVERIES = {
    Delivery.EVERY: "every everymessage individual individualmessages individualemails single singleemails all regular mail each",
    Delivery.DIGEST: "digest dailydigest fullfeatureddigest htmldigest plaindigest plaintextdigests mimedigests digests",
    Delivery.SUMMARY: "summary dailysummary adailylistoftopics abridged summarydigests topics",
    Delivery.SPECIAL: "special specialnotices specialnoticesonly onlyspecialnotices notice",
    Delivery.NONE: "none nomail noemail web webonly nomailireadontheweb disabled off",
}
FORMATS = {"plaindigest": DigestFormat.PLAIN, "plaintextdigests": DigestFormat.PLAIN, "mimedigests": DigestFormat.MIME}
POSTINGS = {
    Posting.TRUSTED: "trusted neverwait unmoderated notmoderated overridenotmoderated",
    Posting.MODERATED: "moderated alwayswait overridemoderated hold",
    Posting.REFUSED: "refused maynotpost noposting reject overridenopost",
}
_NUMERIC = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_BY_WORD: dict[str, dict[str, str]] = {
    "delivery": {word: value.value for value, words in DELIVERIES.items() for word in words.split()},
    "posting": {word: value.value for value, words in POSTINGS.items() for word in words.split()},
    "headings": {word: column for column, words in HEADINGS.items() for word in words.split()},
}


class Unreadable(Exception):
    """Says in a sentence why the file is none we can read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read."""

    encoding: str = "utf-8"
    delimiter: str = ","
    heading: bool = True
    columns: tuple[str, ...] = ()
    day_first: bool = False

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "columns": list(self.columns)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Reading":
        return cls(**{**kept, "columns": tuple(kept.get("columns", ()))})


@dataclass(slots=True)
class Row:
    """One line. `problem`: why it is left out; empty where it is not."""

    number: int
    address: str = ""
    name: str = ""
    role: str = Role.MEMBER
    delivery: str = Delivery.EVERY
    digest_format: str = DigestFormat.HTML
    posting: str = Posting.DEFAULT
    joined_at: datetime | None = None
    problem: str = ""
    cells: Sequence[str] = field(default_factory=tuple)

    @property
    def words(self) -> str:
        """What becomes of it, as people say it."""
        return f"{small(Role(self.role).label)}, {small(Delivery(self.delivery).label)}"


def _word(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def guess(content: bytes) -> Reading:
    """How the file is probably to be read. Raises Unreadable."""
    if not content.strip():
        raise Unreadable(_("The file is empty."))
    if content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0") or content[:5] == b"%PDF-":
        raise Unreadable(_("This is no text. In the spreadsheet, save it as CSV (comma separated values) first."))
    try:
        return _guess(content)
    except csv.Error as error:
        raise Unreadable(_("The file cannot be read as a table (%(why)s).") % {"why": error}) from None


def _guess(content: bytes) -> Reading:
    encoding = _encoding(content)
    lines = _text(content, encoding).splitlines()[:60]
    delimiter = _delimiter(lines)
    rows = [row for row in csv.reader(lines, delimiter=delimiter) if any(cell.strip() for cell in row)][:50]
    heading = bool(rows) and not any(is_address(_bare(cell)) for cell in rows[0])
    columns = _columns(rows, heading=heading)
    return Reading(encoding, delimiter, heading, columns, _day_first(rows, columns))


def _encoding(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content[:1_000_000])
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _text(content: bytes, encoding: str) -> str:
    return content.decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace").replace("\x00", "")


def _delimiter(lines: Sequence[str]) -> str:
    """The one that cuts most lines into equally many cells."""

    def agreement(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
        width, count = max(widths.items(), key=lambda each: (each[0] > 1, each[1]), default=(1, 0))
        return (count if width > 1 else 0, width)

    best = max(DELIMITERS, key=agreement)
    return best if agreement(best)[0] else ","


def _columns(rows: Sequence[Sequence[str]], *, heading: bool) -> tuple[str, ...]:
    if not rows:
        return ()
    width = min(max(map(len, rows)), MOST_COLUMNS)
    columns = [""] * width
    if heading:
        for place, title in enumerate(rows[0][:width]):
            column = _BY_WORD["headings"].get(_word(title), "")
            if column and column not in columns:
                columns[place] = column
    if "address" not in columns:
        _by_content(rows, columns)
    return tuple(columns)


def _by_content(rows: Sequence[Sequence[str]], columns: list[str]) -> None:
    def share(place: int) -> int:
        return sum(place < len(row) and is_address(_bare(row[place])) for row in rows)

    best = max(range(len(columns)), key=share)
    if not share(best):
        return
    columns[best] = "address"
    beside = [place for place in range(len(columns)) if not columns[place]]
    texts = [place for place in beside if any(place < len(row) and re.search(r"[^\W\d]", row[place]) for row in rows)]
    if texts and not {"name", "given"} & set(columns):
        columns[texts[0]] = "name"


def _day_first(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> bool:
    if "joined" not in columns:
        return False
    place = columns.index("joined")
    dates = [found for row in rows if place < len(row) and (found := _NUMERIC.match(row[place].strip()))]
    return any(int(date[1]) > 12 for date in dates) or any("." in date[0] for date in dates)


def _bare(cell: str) -> str:
    """The address of a cell that may say "Ann Berg <ann@example.org>"; the quote that defuses formulas is taken off."""
    text = cell.strip().lstrip("'").removeprefix("mailto:").strip()
    found = re.search(r"<([^<>]+)>\s*$", text)
    return (found[1] if found else text).strip().lower()


def rows_of(content: bytes, reading: Reading) -> Iterator[Row]:
    """Every line that says something, in order. Raises Unreadable."""
    text = _text(content, reading.encoding)
    known: set[str] = set()
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=reading.delimiter)
        number, is_first = 0, True
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if is_first and reading.heading:
                is_first = False
                continue
            is_first = False
            number += 1
            if number > MOST_ROWS:
                said = _("More than %(most)s lines are too many at once. Cut the file into several.")
                raise Unreadable(said % {"most": f"{MOST_ROWS:,}"})
            row = _row(number, cells[:MOST_COLUMNS], reading)
            if not row.problem and row.address in known:
                row.problem = _("stands there twice")
            known.add(row.address)
            yield row
    except csv.Error as error:
        raise Unreadable(_("The file cannot be read as a table (%(why)s).") % {"why": error}) from None


def headings_of(content: bytes, reading: Reading) -> list[str]:
    lines = _text(content[:200_000], reading.encoding).splitlines()
    try:
        first = next(csv.reader([line for line in lines if line.strip()][:1], delimiter=reading.delimiter), [])
    except csv.Error:
        return []
    if reading.heading:
        return first[:MOST_COLUMNS]
    return [_("Column %(number)s") % {"number": place + 1} for place in range(min(len(first), MOST_COLUMNS))]


def _row(number: int, cells: Sequence[str], reading: Reading) -> Row:
    said = {
        column: cells[place].strip() for place, column in enumerate(reading.columns) if column and place < len(cells)
    }
    row = Row(number, cells=cells)
    row.address = _bare(said.get("address", ""))[:320]
    row.name = _name(said)
    if not is_address(row.address):
        row.problem = _("is no address") if row.address else _("has no address")
    row.role = ROLES.get(_word(said.get("role", "")), Role.MEMBER)
    wanted = _word(said.get("delivery", ""))
    row.delivery = _BY_WORD["delivery"].get(wanted, Delivery.EVERY.value)
    row.digest_format = FORMATS.get(wanted, DigestFormat.HTML)
    row.posting = _BY_WORD["posting"].get(_word(said.get("posting", "")), Posting.DEFAULT.value)
    row.joined_at = moment_in(said.get("joined", ""), day_first=reading.day_first)
    return row


def _name(said: dict[str, str]) -> str:
    whole = said.get("name", "") or f"{said.get('given', '')} {said.get('family', '')}"
    if not whole.strip() and "<" in said.get("address", ""):
        whole = said["address"].partition("<")[0]
    name = " ".join(whole.strip(" \"'").split())[:150]
    return "" if "://" in name or "@" in name else name


def moment_in(text: str, *, day_first: bool) -> datetime | None:
    """A date as people and programs write it; None where it is none, or lies ahead."""
    found = _NUMERIC.match(text)
    try:
        if found:
            day, month = (int(found[1]), int(found[2])) if day_first else (int(found[2]), int(found[1]))
            moment = datetime(int(found[3]), month, day, tzinfo=UTC)
        else:
            moment = datetime.fromisoformat(text.strip().removesuffix(" UTC"))
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware if datetime(1970, 1, 2, tzinfo=UTC) < aware < datetime.now(UTC) else None
