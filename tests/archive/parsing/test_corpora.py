"""Twenty thousand letters of a real list, from 1994 on."""

import json
import lzma
import re
import tarfile
from collections import Counter
from datetime import UTC, datetime
from html import unescape

import pytest

from archive.parsing import DateSource, parse_message
from tests.archive.parsing.letters import ARRIVAL
from tests.archive.parsing.test_hostile import UNFIT, strings_in
from tests.corpora import corpus

_ENVELOPE = re.compile(rb"(?:\A|(?<=\n\n))From [^\n]* \d{4}\n")


@pytest.mark.slow
def test_linux_mips_is_read_to_the_last_letter():
    with lzma.open(corpus("linux-mips-20k.mbox.xz")) as packed:
        data = packed.read()
    begins = [match.start() for match in _ENVELOPE.finditer(data)]
    count, defects, sources = 0, Counter(), Counter()
    for begin, end in zip(begins, [*begins[1:], len(data)], strict=True):
        message = parse_message(data[begin:end], arrival=ARRIVAL)
        assert "@" in message.sender.address
        assert message.bodies
        assert datetime(1994, 1, 1, tzinfo=UTC) < message.date < datetime(2006, 1, 1, tzinfo=UTC)
        assert not any(UNFIT.search(text) for text in strings_in(message))
        count += 1
        defects.update(message.defects)
        sources[message.date_source] += 1
    assert count == 20_000
    assert defects["charset-unknown"] == 0
    assert sources[DateSource.DATE] + sources[DateSource.RECEIVED] == count


@pytest.mark.slow
def test_the_junit_group_of_yahoo_is_read_to_the_last_letter():
    with tarfile.open(corpus("yahoo-junit-4k.tar.xz")) as archive:
        for member in archive:
            if not member.name.endswith("_raw.json"):
                continue
            entry = json.load(archive.extractfile(member))
            posted = datetime.fromtimestamp(int(entry["postDate"]), UTC)
            message = parse_message(unescape(entry["rawEmail"]).encode(), envelope_date=posted, arrival=ARRIVAL)
            assert message.bodies and message.sender.address
            assert abs((message.date - posted).days) < 3, member.name
