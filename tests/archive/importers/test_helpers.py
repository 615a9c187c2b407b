"""Processes that prepare letters may die; letters may not be lost with them."""

import os
import pickle
from datetime import UTC, datetime
from functools import partial

import pytest

from archive.importers import helpers
from archive.importers.helpers import KILLED, Helpers
from archive.prepare import Failure, Hints, Letter, prepare_batch
from tests.archive.letters import letter

HINTS = Hints(arrival=datetime(2026, 1, 1, tzinfo=UTC))


def test_a_letter_comes_back_from_another_process_with_every_value_it_had():
    [prepared] = prepare_batch([(letter(1), HINTS)])
    assert pickle.loads(pickle.dumps(prepared)) == prepared


def deadly_batch(items):
    """As a bug in a library written in C would: no exception, the process is gone."""
    if any(b"deadly" in raw for raw, _ in items):
        os._exit(139)
    return prepare_batch(items)


def never_starts(parent):
    os._exit(1)


def killed_once(mark, items):
    """As when the system runs out of memory, and has some again later."""
    if items and not os.path.exists(mark):  # noqa: PTH110
        open(mark, "w").close()  # noqa: PTH123
        os._exit(137)
    return prepare_batch(items)


def result(items):
    with Helpers(1) as pool:
        return pool.result(pool.submit(items))


def test_letters_that_kill_their_reader_are_found_and_all_others_prepared(monkeypatch):
    monkeypatch.setattr(helpers, "prepare_batch", deadly_batch)
    letters = [letter(number, body="deadly" if number in (3, 9) else "harmless") for number in range(12)]
    prepared = result([(raw, HINTS) for raw in letters])
    assert [number for number, one in enumerate(prepared) if isinstance(one, Failure)] == [3, 9]
    assert prepared[3].reason == KILLED
    assert [one.message_id for one in prepared if isinstance(one, Letter)][:3] == [
        f"m{n}@example.org" for n in range(3)
    ]


def test_batches_behind_a_deadly_one_are_not_lost(monkeypatch):
    monkeypatch.setattr(helpers, "prepare_batch", deadly_batch)
    batches = [[(letter(1, body="deadly"), HINTS)], [(letter(2), HINTS)], [(letter(3), HINTS)]]
    with Helpers(1) as pool:
        begun = [pool.submit(items) for items in batches]
        prepared = [pool.result(one)[0] for one in begun]
    assert [type(one) for one in prepared] == [Failure, Letter, Letter]


def test_a_process_that_was_killed_once_costs_no_letter(monkeypatch, tmp_path):
    monkeypatch.setattr(helpers, "prepare_batch", partial(killed_once, str(tmp_path / "mark")))
    assert isinstance(result([(letter(1), HINTS)])[0], Letter)


def test_where_no_process_can_be_had_the_work_is_done_here(monkeypatch):
    monkeypatch.setattr(helpers, "begin", never_starts)
    assert isinstance(result([(letter(1), HINTS)])[0], Letter)


@pytest.mark.parametrize("processes", [1, 2])
def test_the_order_is_kept(processes):
    batches = [[(letter(number), HINTS)] for number in range(6)]
    with Helpers(processes) as pool:
        begun = [pool.submit(items) for items in batches]
        ids = [pool.result(one)[0].message_id for one in begun]
    assert ids == [f"m{number}@example.org" for number in range(6)]


def test_a_batch_is_shared_among_the_processes_and_comes_back_in_order(monkeypatch):
    monkeypatch.setattr(helpers, "SLICE", 3)
    with Helpers(2) as pool:
        begun = pool.submit([(letter(number), HINTS) for number in range(8)])
        prepared = pool.result(begun)
    assert [len(items) for items, _ in begun] == [3, 3, 2]
    assert [one.message_id for one in prepared] == [f"m{number}@example.org" for number in range(8)]
