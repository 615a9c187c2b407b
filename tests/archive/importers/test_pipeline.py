"""An import counts every letter, can be run twice, interrupted, cancelled and undone."""

import pytest

from archive import prepare
from archive.actions.transfers import TransferRefused, ask_for_undo, cancel, claim, plan_import, undo
from archive.importers.check import check_sources
from archive.importers.pipeline import run_import
from archive.models import Archive, Message, Quarantined, Thread, Transfer, TransferState
from groups.models import ArchiveAccess, Group
from tests.archive.letters import letter, mbox
from tests.builders import make_group

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    return make_group("gardeners")


@pytest.fixture
def archive_file(tmp_path):
    undated = letter(3, subject="Fence").replace(b"\nDate: ", b"\nX-Was: ")
    letters = [letter(1), letter(2, refs=(1,)), undated, letter(4, refs=(1, 2))]
    return mbox(tmp_path / "list.mbox", letters)


def figures(transfer: Transfer) -> tuple[int, int, int, int]:
    return transfer.messages, transfer.imported, transfer.duplicates, transfer.quarantined


def test_an_mbox_becomes_letters_and_threads(group, archive_file):
    transfer = plan_import(group=group, sources=[archive_file])
    assert run_import(transfer)
    assert (transfer.state, *figures(transfer)) == (TransferState.DONE, 4, 4, 0, 0)
    assert transfer.threads == Thread.objects.filter(group=group).count() == 2


def test_importing_twice_changes_nothing(group, archive_file):
    run_import(plan_import(group=group, sources=[archive_file]))
    before = list(Message.objects.values_list("pk", "number", "thread_id", "parent_id"))
    again = plan_import(group=group, sources=[archive_file])
    run_import(again)
    assert figures(again) == (4, 0, 4, 0)
    assert list(Message.objects.values_list("pk", "number", "thread_id", "parent_id")) == before


def test_helper_processes_give_the_same_result(group, archive_file):
    transfer = plan_import(group=group, sources=[archive_file])
    run_import(transfer, processes=1)
    assert figures(transfer) == (4, 4, 0, 0)


def test_an_interrupted_import_goes_on_behind_the_last_whole_batch(group, tmp_path, settings):
    settings.IMPORT_BATCH = 3
    source = mbox(tmp_path / "list.mbox", [letter(number) for number in range(1, 11)])
    transfer = plan_import(group=group, sources=[source])
    with pytest.raises(KeyboardInterrupt):
        run_import(transfer, progress=_interrupt_after(2))
    assert Message.objects.filter(group=group).count() == 6
    Transfer.objects.filter(pk=transfer.pk).update(claim="")
    transfer.refresh_from_db()
    run_import(transfer)
    assert (transfer.state, *figures(transfer)) == (TransferState.DONE, 10, 10, 0, 0)


def _interrupt_after(batches: int):
    seen = []

    def progress(transfer: Transfer) -> None:
        seen.append(transfer.messages)
        if len(seen) == batches:
            raise KeyboardInterrupt

    return progress


def test_a_letter_our_code_fails_on_is_kept_in_quarantine(group, archive_file, monkeypatch):
    real = prepare.prepare

    def failing(raw, hints):
        if b"m2@" in raw.split(b"\n\n")[0].split(b"References")[0]:
            raise RuntimeError("boom")
        return real(raw, hints)

    monkeypatch.setattr(prepare, "prepare", failing)
    transfer = plan_import(group=group, sources=[archive_file])
    run_import(transfer)
    assert figures(transfer) == (4, 3, 0, 1)
    kept = Quarantined.objects.get(transfer=transfer)
    assert b"m2@example.org" in kept.raw_bytes
    assert "boom" in kept.reason


def test_a_cancelled_import_stops_and_can_be_undone(group, tmp_path, settings):
    settings.IMPORT_BATCH = 2
    source = mbox(tmp_path / "list.mbox", [letter(number) for number in range(1, 9)])
    transfer = plan_import(group=group, sources=[source])
    run_import(transfer, progress=lambda now: cancel(now))
    assert transfer.state == TransferState.CANCELLED
    assert 0 < Message.objects.filter(group=group).count() < 8
    ask_for_undo(transfer)
    undo(transfer)
    assert not Message.objects.filter(group=group).exists()


def test_undo_takes_out_one_batch_and_leaves_the_others(group, tmp_path):
    first = plan_import(group=group, sources=[mbox(tmp_path / "a.mbox", [letter(1), letter(2, refs=(1,))])])
    second = plan_import(group=group, sources=[mbox(tmp_path / "b.mbox", [letter(2, refs=(1,)), letter(3, refs=(2,))])])
    run_import(first)
    run_import(second)
    ask_for_undo(second)
    assert undo(second) == 1
    assert sorted(Message.objects.values_list("message_id", flat=True)) == ["m1@example.org", "m2@example.org"]
    assert Archive.objects.get(group=group).message_count == 2


def test_undoing_twice_is_refused(group, archive_file):
    transfer = plan_import(group=group, sources=[archive_file])
    run_import(transfer)
    ask_for_undo(transfer)
    undo(transfer)
    with pytest.raises(TransferRefused, match="undone"):
        ask_for_undo(transfer)


def test_only_one_run_holds_a_transfer(group, archive_file):
    transfer = plan_import(group=group, sources=[archive_file])
    assert claim(transfer)
    assert not run_import(Transfer.objects.get(pk=transfer.pk))


def test_the_claim_of_a_process_that_ended_is_free_at_once(group, archive_file):
    transfer = plan_import(group=group, sources=[archive_file])
    claim(transfer)
    host, _, _, token = transfer.claim.split(":")
    Transfer.objects.filter(pk=transfer.pk).update(claim=f"{host}:4194304:1:{token}")
    transfer.refresh_from_db()
    assert run_import(transfer)


def test_letters_of_a_members_only_archive_stay_unseen_until_the_import_is_done(tmp_path):
    group = make_group("family", archive_access=ArchiveAccess.MEMBERS)
    source = mbox(tmp_path / "list.mbox", [letter(number) for number in range(1, 5)])
    transfer = plan_import(group=group, sources=[source])
    seen = []

    def look(now: Transfer) -> None:
        archive = Archive.objects.get(group=group)
        seen.append(
            (archive.message_count, Message.objects.visible(archive).count(), Thread.objects.visible(archive).count())
        )

    run_import(transfer, progress=look)
    archive = Archive.objects.get(group=group)
    assert seen == [(0, 0, 0)]
    assert (archive.message_count, Message.objects.visible(archive).count(), archive.staging) == (4, 4, [])
    assert archive.monthly == {"2004-05": 4}
    assert sum(Thread.objects.values_list("message_count", flat=True)) == 4


def test_a_file_that_is_gone_fails_with_its_name(group, tmp_path):
    transfer = plan_import(group=group, sources=[tmp_path / "nowhere.mbox"])
    run_import(transfer)
    assert transfer.state == TransferState.FAILED
    assert "nowhere.mbox" in transfer.error


def test_the_dry_run_counts_and_stores_nothing(group, archive_file):
    run_import(plan_import(group=group, sources=[mbox(archive_file.parent / "first.mbox", [letter(1)])]))
    report = check_sources(group, [archive_file])
    assert (report.messages, report.new, report.duplicates, report.corrected_dates) == (4, 3, 1, 1)
    assert report.years == {"2004": 4}
    assert Message.objects.filter(group=group).count() == 1
