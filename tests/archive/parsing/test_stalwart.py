"""The same letters as the mail-parser project reads them: subject, author, date, text, HTML and attachments.

What that parser does not do is done first, so that the results can be compared: it leaves uuencode alone, and writes
U+FFFD where it could not tell the charset (there, anything may stand). Empty parts are no attachments to us. White
space is not compared.
"""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from archive.parsing import leaf_content, parse_message
from archive.parsing.charsets import decode
from archive.parsing.transfer import find_uuencoded
from tests.archive.parsing.letters import ARRIVAL
from tests.corpora import ROOT, corpus

FOLDER = ROOT / "conformance" / "mime-stalwart"
CASES = sorted(str(path.relative_to(FOLDER).with_suffix("")) for path in FOLDER.glob("*/*.json"))

DIFFERENCES = {
    "legacy/049": "three uuencoded pictures in the text: we cut them out as attachments, it shows the code",
    "malformed/002": "a boundary that never occurs: we show the text (Pipermail leaves such letters), it makes a file of it",
    "malformed/019": "shuffled by a fuzzer; where the blank line before a text is missing, we still show the text",
    "thirdparty/015": "messages whose own multipart never begins: we see three attachments, it takes them for one",
}


@pytest.fixture(scope="module", autouse=True)
def _corpus() -> None:
    corpus("conformance/mime-stalwart")


@pytest.mark.parametrize("case", CASES or ["absent"])
def test_a_letter_is_read_as_mail_parser_reads_it(case):
    if case in DIFFERENCES:
        with pytest.raises(AssertionError):
            _compare(case)
    else:
        _compare(case)


def test_the_differences_are_few():
    assert set(DIFFERENCES) <= set(CASES)
    assert len(DIFFERENCES) <= 0.05 * len(CASES)


def _compare(case: str) -> None:
    raw = (FOLDER / f"{case}.eml").read_bytes()
    expected = Expected(json.loads((FOLDER / f"{case}.json").read_text()))
    message = parse_message(raw, arrival=max(ARRIVAL, datetime(2027, 1, 1, tzinfo=UTC)))
    assert _alike(expected.subject, message.subject)
    for kind in ("plain", "html"):
        assert _alike(expected.shown(kind), " ".join(body.text for body in message.bodies if body.kind == kind))
    files = [_comparable(raw, part.index) for part in message.attachments]
    assert len(files) == len(expected.files)
    for wanted, (text, size) in zip(expected.files, files, strict=True):
        assert wanted == size if isinstance(wanted, int) else _alike(wanted, text)
    if expected.date is not None:
        assert message.date == expected.date
    for field, found in (("to", message.to), ("cc", message.cc), ("reply_to", message.reply_to)):
        people = expected.people(field)
        assert [person.address for person in found] == [address for _, address in people]
        assert all(_alike(name, person.name) for (name, _), person in zip(people, found, strict=True))
    name, address = expected.author
    assert _alike(name, message.sender.name)
    assert message.sender.address == address


def _comparable(raw: bytes, index: int) -> tuple[str, int]:
    _part, data = leaf_content(raw, index)
    return decode(data, "").text, len(data)


def _alike(expected: str, found: str) -> bool:
    expected, found = (" ".join(text.replace("\0", "").split()) for text in (expected, found))
    return re.fullmatch(re.sub("\ufffd(?:\\\\ |\ufffd)*", ".*?", re.escape(expected)), found, re.DOTALL) is not None


class Expected:
    """One .json in our words. files: sizes, or the text where it is text."""

    def __init__(self, parsed: dict) -> None:
        self.parsed = parsed
        self.headers = {
            header["name"]: header["value"]
            for header in parsed["parts"][0]["headers"]
            if isinstance(header["name"], str)
        }
        self.subject = (
            self.headers.get("subject", {}).get("Text", "") if isinstance(self.headers.get("subject"), dict) else ""
        )
        self.files = [
            file for index in parsed["attachments"] if (file := self._file(parsed["parts"][index])) not in (0, "")
        ]
        self.date = self._date()
        self.author = self._author()

    def shown(self, kind: str) -> str:
        chosen, tag = ("text_body", "Text") if kind == "plain" else ("html_body", "Html")
        bodies = [self.parsed["parts"][index]["body"] for index in self.parsed[chosen]]
        return " ".join(body[tag] for body in bodies if tag in body)

    def _file(self, part: dict) -> int | str:
        ((kind, content),) = part["body"].items()
        if kind == "Message":
            encoded = any(header["value"] == {"Text": "base64"} for header in part["headers"])
            return "\ufffd" if encoded else part["offset_end"] - part["offset_body"]
        data = content.encode() if isinstance(content, str) else bytes(content)
        uuencoded = find_uuencoded(data)
        if uuencoded:
            return len(uuencoded[0].data)
        return content if isinstance(content, str) else len(data)

    def _date(self) -> datetime | None:
        date = self.headers.get("date")
        if not isinstance(date, dict) or "DateTime" not in date:
            return None
        parts = date["DateTime"]
        zone = timedelta(hours=parts["tz_hour"], minutes=parts["tz_minute"])
        local = datetime(*(parts[key] for key in ("year", "month", "day", "hour", "minute", "second")), tzinfo=UTC)
        return local + zone if parts["tz_before_gmt"] else local - zone

    def people(self, field: str) -> list[tuple[str, str]]:
        """Name and address of everybody in a field; the members of groups, too."""
        value = self.headers.get(field)
        found = (value.get("Address") or {}) if isinstance(value, dict) else {}
        listed = found.get("List") or [one for group in found.get("Group") or [] for one in group["addresses"]]
        return [(one["name"] or "", one["address"] or "") for one in listed]

    def _author(self) -> tuple[str, str]:
        address = self.headers.get("from")
        people = (address.get("Address") or {}).get("List") if isinstance(address, dict) else None
        return (people[0]["name"] or "", people[0]["address"] or "") if people else ("", "")
