"""Who may run an import: one worker at a time, the next one at once where the last has died."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from archive.actions.transfers import (
    STALE,
    STALE_THOUGH_ALIVE,
    ClaimLost,
    abandoned,
    ask_for_undo,
    beat,
    claim,
    finish,
    finish_cancelled,
    held,
)
from archive.models import Archive, Transfer, TransferState
from archive.tasks import resume_transfers, run_transfer
from common import processes
from tests.builders import make_message, make_transfer

pytestmark = pytest.mark.django_db
GONE = ":".join([processes.signature().split(":")[0], "4194304", "1", "x"])
ELSEWHERE = "another-machine:17:4711:x"


def under_way(group, holder, silent=timedelta(0), state=TransferState.READING):
    return make_transfer(group, state=state, claim=holder, beat_at=timezone.now() - silent)


def test_a_signature_tells_whether_its_process_lives():
    mine = processes.signature()
    assert processes.is_alive(mine) and not processes.is_gone(mine)
    assert processes.is_gone(GONE) and not processes.is_alive(GONE)
    for unknown in (ELSEWHERE, "", "nonsense", "a:b:c:d", mine.replace(str(os.getpid()), "²")):
        assert not processes.is_alive(unknown) and not processes.is_gone(unknown)


def test_a_number_of_a_process_that_was_given_out_again_is_another_process():
    host, pid, _, token = processes.signature().split(":")
    assert processes.is_gone(f"{host}:{pid}:1:{token}")


@pytest.mark.parametrize(
    ("holder", "silent", "free"),
    [
        (GONE, timedelta(0), True),
        (ELSEWHERE, timedelta(0), False),
        (ELSEWHERE, STALE * 1.1, True),
        ("ours", STALE * 1.1, False),
        ("ours", STALE_THOUGH_ALIVE * 1.1, True),
    ],
    ids=["dead", "elsewhere", "elsewhere and silent", "alive, at a long batch", "alive, but long forgotten"],
)
def test_whose_import_may_be_taken_over(group, holder, silent, free):
    transfer = under_way(group, processes.signature() if holder == "ours" else holder, silent)
    assert abandoned() == ([transfer.pk] if free else [])
    assert claim(transfer) is free


def test_of_two_who_reach_for_it_at_once_one_gets_it(group, monkeypatch):
    transfer = under_way(group, GONE)
    first = Transfer.objects.get(pk=transfer.pk)
    is_gone = processes.is_gone
    monkeypatch.setattr(processes, "is_gone", lambda holder: is_gone(holder) and (monkeypatch.undo() or claim(first)))
    assert not claim(transfer)
    assert Transfer.objects.get().claim == first.claim


def test_who_lost_the_claim_writes_nothing_more(group):
    transfer = make_transfer(group, state=TransferState.WAITING)
    assert claim(transfer)
    Transfer.objects.update(claim=ELSEWHERE)
    with pytest.raises(ClaimLost):
        beat(transfer, messages=7)
    with pytest.raises(ClaimLost):
        finish(transfer, TransferState.DONE)
    assert not finish_cancelled(transfer)
    assert Transfer.objects.values_list("state", "messages", "claim").get() == ("reading", 0, ELSEWHERE)


def test_who_lost_the_claim_releases_no_staged_letters(members_group):
    transfer = make_transfer(members_group, staged=True)
    make_message(members_group, transfer=transfer)
    assert claim(transfer)
    Transfer.objects.update(claim=ELSEWHERE)
    with pytest.raises(ClaimLost):
        finish(transfer, TransferState.DONE)
    assert Archive.objects.get(group=members_group).staging == [transfer.pk]


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, SystemExit])
def test_whatever_breaks_a_run_off_gives_the_claim_back(group, error):
    transfer = make_transfer(group, state=TransferState.WAITING)
    claim(transfer)
    with pytest.raises(error), held(transfer):
        raise error
    assert abandoned() == [transfer.pk]


def test_an_import_that_nobody_is_at_can_be_undone_and_one_that_runs_cannot(group):
    from archive.actions.transfers import TransferRefused

    ask_for_undo(under_way(group, GONE))
    with pytest.raises(TransferRefused, match="being imported"):
        ask_for_undo(under_way(group, processes.signature()))


def test_beat_takes_up_what_its_worker_left(group, monkeypatch):
    rung = []
    monkeypatch.setattr(run_transfer, "delay", rung.append)
    left = [under_way(group, GONE, state=state).pk for state in ("reading", "checking", "undoing", "waiting")]
    under_way(group, processes.signature())
    make_transfer(group, state=TransferState.CHECKED)
    resume_transfers()
    assert rung == left


def test_a_doorbell_for_what_is_gone_or_held_is_no_error(group):
    run_transfer(10**9)
    transfer = under_way(group, processes.signature(), state=TransferState.UNDOING)
    run_transfer(transfer.pk)
    assert Transfer.objects.get().state == TransferState.UNDOING
