"""What is taken out comes back: the same letters byte for byte, with their numbers, threads, parents, dates and addresses."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.actions.removing import hide_letters, remove_letters
from archive.actions.storing import store_letters
from archive.actions.transfers import plan_import
from archive.exporters.letters import letters_of, write_mbox
from archive.importers.pipeline import run_import
from archive.models import Message, TransferState
from archive.prepare import Hints, prepare
from benchmarks.letters import Writer
from tests.archive.facts import wrong
from tests.archive.letters import letter, mbox, prepared
from tests.builders import make_group

pytestmark = pytest.mark.django_db
FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"


@pytest.fixture
def group():
    return make_group("gardeners")


def bring_in(group, *paths):
    transfer = plan_import(group=group, sources=list(paths))
    run_import(transfer)
    assert (transfer.state, transfer.error) == (TransferState.DONE, "")
    return transfer


def round_trip(group, folder, slug="copy"):
    """The group made of the other one's export."""
    path = folder / f"{slug}.mbox"
    with path.open("wb") as out:
        count = write_mbox(out, letters_of(group))
    copy = make_group(slug)
    transfer = bring_in(copy, path)
    assert (transfer.messages, transfer.imported) == (count, count)
    assert wrong(slug) == []
    return copy


def described(group):
    """Everything that must come back, by number; parents that are hidden count as none."""
    seen = Message.objects.filter(group=group, hidden_at__isnull=True).select_related("content", "author", "thread")
    letters = {one.pk: one for one in seen.order_by("number")}
    roots = {}
    for one in letters.values():
        roots[one.thread_id] = min(one.number, roots.get(one.thread_id, one.number))
    return {
        one.number: {
            "raw": one.content.raw_bytes,
            "message_id": one.message_id,
            "sent_at": one.sent_at,
            "thread": roots[one.thread_id],
            "parent": letters[one.parent_id].number if one.parent_id in letters else None,
            "by_subject": one.linked_by_subject and one.parent_id in letters,
            "author": (one.author.key, one.from_name, one.from_address),
            "references": one.references,
        }
        for one in letters.values()
    }


def test_ordinary_letters_come_back_as_they_were(group, tmp_path):
    source = tmp_path / "list.mbox"
    source.write_bytes(b"".join(Writer(seed=7, words=500, people=60).letters(400)))
    bring_in(group, source)
    copy = round_trip(group, tmp_path)
    assert described(copy) == described(group)
    assert set(copy.threads.values_list("number", flat=True)) == set(group.threads.values_list("number", flat=True))


def test_a_second_journey_changes_nothing_more(group, tmp_path):
    bring_in(group, mbox(tmp_path / "list.mbox", [letter(number, refs=(number // 2,)) for number in range(1, 30)]))
    first = round_trip(group, tmp_path, "first")
    second = round_trip(first, tmp_path, "second")
    assert described(second) == described(group)


ODD = {
    "a line that begins with From": letter(
        1, body="From here on\n>From there\n>>From nowhere\nFrom a@b.example Sat May  1 09:00:00 2004"
    ),
    "no line end": letter(1).rstrip(b"\n"),
    "many line ends": letter(1) + b"\n\n\n",
    "line ends of Windows": letter(1).replace(b"\n", b"\r\n"),
    "line ends of Mac OS 9": letter(1).replace(b"\n", b"\r"),
    "8-bit bytes without a charset": letter(1, body="x").replace(b"x\n", bytes(range(128, 256)) + b"\n"),
    "NUL bytes": letter(1).replace(b"Forty", b"For\0ty"),
    "no Message-ID": letter(1).replace(b"Message-ID: <m1@example.org>\n", b""),
    "no header at all": b"\nJust words.\n",
    "no body": letter(1).partition(b"\n\n")[0] + b"\n",
    "our own lines in its header": b"X-Posthouse-Number: 77\nX-Posthouse-Thread: 3 gardeners\n" + letter(1),
    "a number of another house": b"X-Groupsio-MsgNum: 31\n" + letter(1),
    "no date": letter(1).replace(b"\nDate: ", b"\nX-Date: "),
    "an impossible date": letter(1).replace(b"Date: Sat, 01 May 2004", b"Date: Tor, 42 Mai 102"),
    "a date to come": letter(1).replace(b"01 May 2004", b"01 May 2094"),
    "a date before mail": letter(1).replace(b"01 May 2004", b"01 May 1904"),
    "addresses in the body that look like headers": letter(1, body="Content-Length: 3\n\nFrom: x\n"),
    "a Content-Length that lies": letter(1, extra="Content-Length: 7\nLines: 1\n"),
}


@pytest.mark.parametrize("situation", ODD)
def test_odd_letters_come_back_byte_for_byte(situation, group, tmp_path):
    hints = Hints(arrival=group.created_at.replace(microsecond=123456))
    store_letters(group, [prepared(90), prepare(ODD[situation], hints), prepared(91, refs=(90,))])
    copy = round_trip(group, tmp_path)
    assert described(copy) == described(group)


def test_hidden_letters_stay_behind_and_the_others_keep_their_numbers_and_topics(group, tmp_path):
    bring_in(group, mbox(tmp_path / "list.mbox", [letter(1), letter(2, refs=(1,)), letter(3, refs=(1, 2)), letter(4)]))
    hide_letters(group, [Message.objects.get(number=1).pk, Message.objects.get(number=4).pk])
    copy = round_trip(group, tmp_path)
    assert described(copy) == described(group)
    assert set(described(copy)) == {2, 3}
    assert described(copy)[3]["parent"] == 2


def test_answers_to_a_hidden_first_letter_stay_together(group, tmp_path):
    bring_in(group, mbox(tmp_path / "list.mbox", [letter(1), letter(2, refs=(1,)), letter(3, refs=(1,))]))
    hide_letters(group, [Message.objects.get(number=1).pk])
    copy = round_trip(group, tmp_path)
    assert len({one["thread"] for one in described(copy).values()}) == 1


def test_a_topic_whose_first_letter_stayed_behind_keeps_its_old_address(group, tmp_path, client):
    bring_in(group, mbox(tmp_path / "list.mbox", [letter(1), letter(2, refs=(1,)), letter(3, subject="Fence")]))
    hide_letters(group, [Message.objects.get(number=1).pk])
    path = tmp_path / "out.mbox"
    with path.open("wb") as out:
        write_mbox(out, letters_of(group))
    group.slug = "old"
    group.save()
    moved = make_group("gardeners")
    bring_in(moved, path)
    assert client.get("/g/gardeners/topic/1/").url == "/g/gardeners/topic/2/#n1"
    assert client.get("/g/gardeners/topic/7/").status_code == 404


def test_gaps_in_the_numbers_stay_gaps(group, tmp_path):
    bring_in(group, mbox(tmp_path / "list.mbox", [letter(number) for number in range(1, 12)]))
    remove_letters(group, list(Message.objects.filter(number__in=(1, 4, 5, 11)).values_list("pk", flat=True)))
    copy = round_trip(group, tmp_path)
    assert list(described(copy)) == [2, 3, 6, 7, 8, 9, 10]
    assert described(copy) == described(group)


def test_letters_that_share_a_message_id_stay_two(group, tmp_path):
    letters = [letter(1), letter(1, body="Another letter altogether."), letter(2, refs=(1,))]
    bring_in(group, mbox(tmp_path / "list.mbox", letters))
    copy = round_trip(group, tmp_path)
    assert len(described(copy)) == 3
    assert described(copy) == described(group)


def test_letters_linked_by_subject_alone_stay_linked(group, tmp_path):
    letters = [
        letter(1, subject="Who has a wheelbarrow?"),
        letter(2, subject="Re: Who has a wheelbarrow?"),
        letter(3, subject="AW: Re: Who has a wheelbarrow?", days=2),
        letter(4, subject="Re: Who has a wheelbarrow?", days=200),
    ]
    bring_in(group, mbox(tmp_path / "list.mbox", letters))
    assert described(group)[2]["by_subject"]
    copy = round_trip(group, tmp_path)
    assert described(copy) == described(group)


def test_topics_that_yahoo_knew_come_back(group, tmp_path):
    bring_in(group, FIXTURES / "yahoo" / "gardening")
    before = described(group)
    assert len(before) > 3
    assert {one["author"][0].partition(":")[0] for one in before.values()} == {"yahoo"}
    copy = round_trip(group, tmp_path)
    assert described(copy) == before


def test_letters_whose_date_was_that_of_the_one_before_them_keep_it(group, tmp_path):
    undated = letter(2).replace(b"\nDate: ", b"\nX-Date: ")
    source = tmp_path / "list.mbox"
    first, nobody = b"From a@example.org Sat May  1 09:00:00 2004\n", b"From nobody Thu Jan  1 00:00:00 1970\n"
    source.write_bytes(first + letter(1) + b"\n" + nobody + undated + b"\n")
    bring_in(group, source)
    assert Message.objects.get(number=2).date_source == "neighbour"
    copy = round_trip(group, tmp_path)
    assert described(copy) == described(group)


def test_a_date_that_lay_in_the_future_when_the_letter_came_does_not_become_true_with_time(group, tmp_path):
    hints = Hints(arrival=datetime(2004, 5, 2, tzinfo=UTC))
    store_letters(group, [prepare(letter(1).replace(b"01 May 2004", b"01 May 2014"), hints)])
    assert Message.objects.get().sent_at.year == 2004
    copy = round_trip(group, tmp_path)
    assert described(copy) == described(group)


def test_exports_of_two_groups_in_one_keep_their_topics_apart(group, tmp_path):
    other = make_group("bakers")
    bring_in(group, mbox(tmp_path / "a.mbox", [letter(1), letter(2, refs=(1,))]))
    bring_in(other, mbox(tmp_path / "b.mbox", [letter(11, subject="Bread"), letter(12, subject="Bread", refs=(11,))]))
    both = make_group("both")
    for one in (group, other):
        with (tmp_path / f"{one.slug}-out.mbox").open("wb") as out:
            write_mbox(out, letters_of(one))
        bring_in(both, tmp_path / f"{one.slug}-out.mbox")
    assert sorted(both.threads.values_list("number", "message_count")) == [(1, 2), (3, 2)]
    assert wrong("both") == []
