"""What an import keeps beside letters, and what it remembers from one run to the next."""

from pathlib import Path

import pytest

from archive.actions.blobs import blobs_locked, delete_unused
from archive.actions.storing import HIGHEST_ASKED, store_letters
from archive.actions.tagging import hashtags_of
from archive.actions.transfers import ask_for_undo, plan_import, undo
from archive.importers import problems
from archive.importers.check import check_sources, run_check
from archive.importers.pipeline import run_import
from archive.models import Archive, Attachment, Hashtag, Message, Quarantined, Transfer, TransferState
from common import locks
from tests.archive.facts import wrong
from tests.archive.letters import letter, mbox, prepared
from tests.builders import make_group

pytestmark = pytest.mark.django_db
YAHOO = Path(__file__).resolve().parents[2] / "fixtures" / "yahoo" / "gardening"


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.BLOB_FOLDER = tmp_path / "blobs"


@pytest.fixture
def group():
    return make_group("gardening")


def bring_in(group, *sources, **more):
    transfer = plan_import(group=group, sources=list(sources))
    run_import(transfer, **more)
    return transfer


def files(folder):
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.name != ".lock"
    )


# ---- attachments that lie beside the letters


def test_attachments_of_record_are_kept_by_their_content(group, settings):
    assert bring_in(group, YAHOO).state == TransferState.DONE
    beside = Attachment.objects.filter(group=group).exclude(blob="")
    assert beside.count() >= 2
    for attachment in beside:
        content = (settings.BLOB_FOLDER / attachment.blob).read_bytes()
        assert (len(content), attachment.blob.rpartition("/")[2]) == (attachment.size, attachment.sha256)
    assert files(settings.BLOB_FOLDER) == sorted(set(beside.values_list("blob", flat=True)))


def test_a_second_group_with_the_same_attachments_keeps_them_when_the_first_is_undone(
    group, settings, django_capture_on_commit_callbacks
):
    first, second = bring_in(group, YAHOO), bring_in(make_group("copy"), YAHOO)
    before = files(settings.BLOB_FOLDER)
    for transfer, left in ((first, before), (second, [])):
        ask_for_undo(transfer)
        with django_capture_on_commit_callbacks(execute=True):
            undo(transfer)
        assert files(settings.BLOB_FOLDER) == left


def test_a_file_is_not_deleted_while_somebody_is_about_to_name_it(group, settings, monkeypatch):
    from archive.actions import blobs

    monkeypatch.setattr(blobs, "PATIENCE", 0.0)
    (settings.BLOB_FOLDER / "ab").mkdir(parents=True)
    (settings.BLOB_FOLDER / "ab" / "abc").touch()
    with blobs_locked():
        delete_unused(["ab/abc"])
    assert files(settings.BLOB_FOLDER) == ["ab/abc"]
    delete_unused(["ab/abc"])
    assert files(settings.BLOB_FOLDER) == []


def test_an_import_that_cannot_get_at_the_files_fails_in_words(group, monkeypatch):
    from archive.actions import blobs

    monkeypatch.setattr(blobs, "PATIENCE", 0.0)
    with blobs_locked():
        transfer = bring_in(group, YAHOO)
    assert (transfer.state, transfer.error) == (TransferState.FAILED, problems.explain(locks.Busy()))


def test_a_full_disk_leaves_no_half_copies_and_no_letter_without_its_attachment(group, settings, monkeypatch):
    from archive.importers import blobs

    monkeypatch.setattr(blobs, "_copy", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    transfer = bring_in(group, YAHOO)
    assert (transfer.state, transfer.error) == (TransferState.FAILED, problems.NO_ROOM)
    assert files(settings.BLOB_FOLDER) == []
    assert not Message.objects.exists()


# ---- from one run to the next


def interrupted_after(batches):
    def progress(_):
        nonlocal batches
        batches -= 1
        if not batches:
            raise KeyboardInterrupt

    return progress


def undated(number):
    return letter(number).replace(b"\nDate: ", b"\nX-Date: ")


def test_a_letter_without_date_behind_the_interruption_is_dated_like_the_one_before_it(group, tmp_path, settings):
    settings.IMPORT_BATCH = 2
    source = tmp_path / "list.mbox"
    nobody = b"From nobody Thu Jan  1 00:00:00 1970\n"
    source.write_bytes(b"".join(nobody + raw + b"\n" for raw in (letter(1), letter(2), undated(3))))
    transfer = plan_import(group=group, sources=[source])
    with pytest.raises(KeyboardInterrupt):
        run_import(transfer, progress=interrupted_after(1))
    run_import(Transfer.objects.get(pk=transfer.pk))
    second, third = Message.objects.get(number=2), Message.objects.get(number=3)
    assert (third.sent_at, third.date_source) == (second.sent_at, "neighbour")


def test_a_file_that_grew_since_the_interruption_is_read_from_its_start(group, tmp_path, settings):
    settings.IMPORT_BATCH = 2
    source = mbox(tmp_path / "list.mbox", [letter(number) for number in range(1, 5)])
    transfer = plan_import(group=group, sources=[source])
    with pytest.raises(KeyboardInterrupt):
        run_import(transfer, progress=interrupted_after(1))
    mbox(source, [letter(number) for number in range(6)])
    run_import(Transfer.objects.get(pk=transfer.pk))
    transfer.refresh_from_db()
    assert (transfer.state, transfer.imported, transfer.duplicates, transfer.messages) == (TransferState.DONE, 6, 2, 8)
    assert wrong("gardening") == []


def test_several_sources_go_on_in_the_right_one(group, tmp_path, settings):
    settings.IMPORT_BATCH = 2
    sources = [mbox(tmp_path / f"{n}.mbox", [letter(3 * n + k) for k in (1, 2, 3)]) for n in range(3)]
    transfer = plan_import(group=group, sources=sources)
    with pytest.raises(KeyboardInterrupt):
        run_import(transfer, progress=interrupted_after(3))
    run_import(Transfer.objects.get(pk=transfer.pk))
    transfer.refresh_from_db()
    assert (transfer.imported, transfer.messages) == (9, 9)
    assert list(Message.objects.order_by("number").values_list("message_id", flat=True)) == [
        f"m{number}@example.org" for number in range(1, 10)
    ]


def test_a_letter_of_which_not_one_byte_can_be_read_is_counted_once_however_often_it_is_met(group, tmp_path):
    import zipfile

    broken = tmp_path / "broken.zip"
    with zipfile.ZipFile(broken, "w") as out:
        out.writestr("1.eml", letter(1))
        out.writestr("inner.zip", b"PK\x03\x04 no zip at all" + bytes(100))
    first, second = bring_in(group, broken), bring_in(group, broken)
    assert first.messages == first.imported + first.duplicates + first.quarantined
    assert first.imported == 1
    assert (second.imported, second.quarantined, second.duplicates) == (0, 0, second.messages)


# ---- what strangers may write into a file


def test_a_header_that_asks_for_the_last_number_there_is_does_not_get_it(group, tmp_path):
    greedy = b"X-Groupsio-MsgNum: 2147483647\n" + letter(1)
    modest = b"X-Groupsio-MsgNum: 17\n" + letter(2)
    bring_in(group, mbox(tmp_path / "list.mbox", [greedy, modest, letter(3)]))
    assert sorted(Message.objects.values_list("message_id", "number")) == [
        ("m1@example.org", 1), ("m2@example.org", 17), ("m3@example.org", 18),
    ]  # fmt: skip
    assert Archive.objects.get(group=group).next_number < HIGHEST_ASKED


def test_a_number_asked_for_twice_is_given_once(group):
    letters = [prepared(1), prepared(2), prepared(3)]
    for one in letters:
        one.legacy_number = 5
    stored = store_letters(group, letters)
    assert [member.number for member in stored.members] == [5, 6, 7]


@pytest.mark.parametrize("junk", [b"\0", b"\xed\xa0\x80", b"\xff", "\u202e".encode()])
def test_a_report_of_odd_bytes_can_be_kept(group, tmp_path, junk):
    odd = letter(1, subject="x") + b"\nFrom " + junk + b" me, on Mon May  3 10:11:12 2004\nx\n"
    transfer = plan_import(group=group, sources=[mbox(tmp_path / "odd.mbox", [odd, b""])], state=TransferState.CHECKING)
    assert run_check(transfer)
    transfer.refresh_from_db()
    assert transfer.state == TransferState.CHECKED
    assert transfer.report["messages"] == 2


def test_a_report_agrees_with_the_import_that_follows(group, tmp_path):
    letters = [letter(1), letter(2, refs=(1,)), letter(2, refs=(1,)), undated(3), letter(4, subject="Fence"), b""]
    source = mbox(tmp_path / "list.mbox", letters)
    report = check_sources(group, [source])
    transfer = bring_in(group, source)
    told = (report.messages, report.new, report.duplicates, report.quarantined, report.corrected_dates, report.threads)
    done = (transfer.messages, transfer.imported, transfer.duplicates, transfer.quarantined, transfer.corrected_dates,
            transfer.threads)  # fmt: skip
    assert told == done
    assert Quarantined.objects.count() == 1
    again = check_sources(group, [source])
    assert (again.messages, again.duplicates) == (6, 6)
    assert (again.new, again.quarantined, again.corrected_dates, again.threads) == (0, 0, 0, 0)


def test_a_report_knows_topics_whose_answers_came_first_and_those_that_are_there_already(group, tmp_path):
    bring_in(group, mbox(tmp_path / "old.mbox", [letter(1, subject="Plums")]))
    answers = [letter(3, refs=(2,)), letter(4, refs=(2, 3)), letter(2, subject="Pears"), letter(5, refs=(1,))]
    source = mbox(tmp_path / "new.mbox", answers)
    report = check_sources(group, [source])
    assert (report.new, report.threads) == (4, 1)
    assert bring_in(group, source).threads == report.threads


def test_hashtags_of_imported_letters_tag_their_topics(group, tmp_path):
    """As of when they were sent: an old archive's tags do not stand before those of today."""
    letters = [letter(1, subject="#Harvest is in"), letter(2, subject="Re: #harvest is in", days=9), letter(3)]
    bring_in(group, mbox(tmp_path / "a.mbox", letters))
    harvest = Hashtag.objects.get(group=group)
    assert hashtags_of([Message.objects.get(number=1).thread_id]) == {
        Message.objects.get(number=1).thread_id: ["harvest"]
    }
    assert harvest.used_at in set(Message.objects.values_list("sent_at", flat=True))
    group.refresh_from_db()
    assert group.uses_hashtags
