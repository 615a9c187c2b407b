"""Made archives: the same for everybody, of any size, and with what the figures are measured on."""

import email
from collections import Counter
from email.utils import parsedate_to_datetime
from random import Random

import pytest

from benchmarks.letters import MARK, Writer, write_mbox
from benchmarks.months import BUSY_MONTH, letters_by_month


def parsed(count):
    return [email.message_from_bytes(entry.partition(b"\n")[2]) for entry in Writer(words=2000).letters(count)]


def test_the_same_seed_writes_the_same_letters():
    assert list(Writer(words=500).letters(60)) == list(Writer(words=500).letters(60))
    assert list(Writer(words=500).letters(60)) != list(Writer(seed=2, words=500).letters(60))


@pytest.mark.parametrize("count", [1, 7, 200, 2000, 10_000, 123_456, 1_000_000])
def test_months_have_all_the_letters_together(count):
    months = letters_by_month(count, Random(1))
    assert sum(months) == count
    assert min(months) >= 0


@pytest.mark.parametrize("count", [10_000, 100_000, 1_000_000])
def test_one_month_is_as_long_as_the_one_others_were_measured_on(count):
    assert BUSY_MONTH in letters_by_month(count, Random(1))


def test_letters_come_in_order_each_with_an_id_of_its_own():
    letters = parsed(300)
    dates = [parsedate_to_datetime(letter["Date"]) for letter in letters]
    assert dates == sorted(dates)
    assert len({letter["Message-ID"] for letter in letters}) == 300


def test_one_thread_has_148_letters():
    first_of = Counter()
    for letter in parsed(2500):
        ancestors = (letter["References"] or letter["Message-ID"]).split()
        first_of[letter["Subject"].removeprefix("Re: "), len(ancestors) > 1] += 1
    subjects = Counter()
    for (subject, _), letters in first_of.items():
        subjects[subject] += letters
    assert 148 in subjects.values()


def test_some_letters_have_html_files_and_other_charsets():
    letters = parsed(1500)
    kinds = Counter(part.get_content_type() for letter in letters for part in letter.walk())
    charsets = {part.get_content_charset() for letter in letters for part in letter.walk()}
    assert kinds["text/html"] > 50
    assert kinds["application/pdf"] > 3
    assert {"koi8-r", "iso-2022-jp", "euc-kr"} <= charsets


def test_an_archive_is_made_once_and_anew_when_the_letters_have_changed(tmp_path):
    path = write_mbox(tmp_path / "letters.mbox", 3)
    made = path.read_bytes()
    path.write_bytes(made + b"mine")
    assert write_mbox(path, 3).read_bytes() == made + b"mine"
    path.write_bytes(made.replace(MARK.encode(), b"X-Old: yes"))
    assert write_mbox(path, 3).read_bytes() == made
