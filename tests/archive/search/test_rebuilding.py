"""A new index is built beside the old one, survives interruption, misses no change, and takes its place at once."""

import threading

import pytest
from django.db import connection

from archive.models import IndexJob, Message
from archive.search import indexer, rebuilding
from archive.search.engines import engine, make_engine
from archive.search.indexer import enqueue, index_pending, rebuild
from common.locks import Busy
from tests.archive.search.conftest import look
from tests.builders import make_group, make_message

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """Stands for kill -9: nothing catches it."""


@pytest.fixture(params=["tantivy", "whoosh"], autouse=True)
def _small_steps(request, settings, monkeypatch, own_index):
    settings.SEARCH_ENGINE = request.param
    monkeypatch.setattr(rebuilding, "READ_AT_ONCE", 2)
    monkeypatch.setattr(rebuilding, "COMMIT_AFTER", 4)
    monkeypatch.setattr(rebuilding, "SWITCH_PATIENCE", 0.3)


@pytest.fixture
def letters(group):
    return [make_message(group) for _ in range(11)]


def interrupt_at(letters_done):
    def progress(place, highest, done):
        if done >= letters_done:
            raise Killed

    return progress


def test_a_rebuilt_index_holds_every_visible_letter(group, letters):
    make_message(group, hidden=True)
    assert rebuild() == 11
    assert look("seed").count == 11


def test_an_empty_house_gets_an_empty_index(db):
    assert rebuild() == 0
    assert engine().exists()


def test_progress_is_told(letters):
    told = []
    rebuild(progress=lambda *now: told.append(now))
    assert told[-1][0] == told[-1][1] == letters[-1].pk
    assert [done for *_, done in told] == sorted(done for *_, done in told)


def test_an_interrupted_rebuild_goes_on_where_it_was(letters, monkeypatch):
    with pytest.raises(Killed):
        rebuild(progress=interrupt_at(8))
    read = []
    copied = rebuilding._copy
    monkeypatch.setattr(rebuilding, "_copy", lambda *args: read.append(args[1]) or copied(*args))
    rebuild()
    assert min(read) > letters[3].pk
    assert look("seed").count == 11


def test_the_old_index_answers_until_the_new_one_is_whole(letters, index):
    index()
    with pytest.raises(Killed):
        rebuild(progress=interrupt_at(9))
    assert look("seed").count == 11


def test_changes_made_during_a_rebuild_are_in_the_new_index(group, letters, index):
    index()
    changed = []

    def change(place, highest, done):
        if done >= 6 and not changed:
            Message.objects.filter(pk=letters[0].pk).update(subject="Zucchini")
            Message.objects.filter(pk=letters[1].pk).update(hidden_at=letters[1].sent_at)
            late = make_message(group, subject="Latecomer")
            changed.append(late)
            for message in (letters[0], letters[1], late):
                enqueue(message.pk, message.pk)
            assert index_pending() > 0

    rebuild(progress=change)
    assert not IndexJob.objects.exists()
    assert (look("zucchini").count, look("latecomer").count, look("seed").count) == (1, 1, 9)


def test_orders_still_waiting_are_done_on_the_new_index(letters, index):
    index()
    Message.objects.filter(pk=letters[0].pk).update(subject="Zucchini")
    enqueue(letters[0].pk, letters[0].pk)
    rebuild()
    index_pending()
    assert (look("zucchini").count, look("seed").count) == (1, 10)


def test_changes_between_two_halves_of_a_rebuild_are_not_lost(letters, index):
    index()
    with pytest.raises(Killed):
        rebuild(progress=interrupt_at(8))
    Message.objects.filter(pk=letters[0].pk).update(subject="Zucchini")
    enqueue(letters[0].pk, letters[0].pk)
    index_pending()
    rebuild()
    assert (look("zucchini").count, look("seed").count) == (1, 10)


def test_a_half_built_index_that_is_spoilt_is_begun_anew(letters):
    with pytest.raises(Killed):
        rebuild(progress=interrupt_at(8))
    for file in engine().places.building().iterdir():
        file.write_bytes(b"rubbish")
    assert rebuild() == 11
    assert look("seed").count == 11


def test_only_one_rebuilds(letters):
    with engine().places.rebuilding(), pytest.raises(Busy):
        rebuild()
    assert not engine().places.is_rebuilding()


def test_a_rebuild_that_cannot_take_the_place_finishes_later(letters, index):
    index()
    with engine().lock(0), pytest.raises(Busy):
        rebuild()
    before = engine().places.current()
    rebuild()
    assert engine().places.current() != before
    assert look("seed").count == 11


def test_old_indexes_are_thrown_away(letters):
    for _ in range(3):
        rebuild()
    places = engine().places
    assert [path.name for path in places.root.iterdir() if path.is_dir()] == [places.current().name]


def test_readers_in_other_processes_follow(letters, index, settings):
    index()
    elsewhere = make_engine.__wrapped__(settings.SEARCH_ENGINE, settings.SEARCH_INDEX_DIR, 16_000_000)
    before = elsewhere.reader()
    Message.objects.filter(pk=letters[0].pk).update(subject="Zucchini")
    rebuild()
    assert elsewhere.reader() is not before
    assert elsewhere.frequencies(["zucchini"]) == {"zucchini": 1}


def test_one_group_is_rebuilt_in_place(group, letters, index):
    choir = make_group("choir")
    song = make_message(choir)
    index()
    Message.objects.filter(pk=song.pk).delete()
    Message.objects.filter(pk=letters[0].pk).update(subject="Zucchini")
    other = make_message(choir, subject="Zucchini")
    assert rebuild(choir) == 1
    assert [hit.message.pk for hit in look("zucchini").hits] == [other.pk]
    rebuild(group)
    assert (look("zucchini").count, look("seed").count, look("in:choir").count) == (2, 10, 1)


def test_a_missing_index_is_made_by_whoever_indexes_next(letters):
    assert look("seed").degraded
    index_pending()
    results = look("seed")
    assert (results.degraded, results.count) == (False, 11)


@pytest.mark.django_db(transaction=True)
def test_a_rebuild_waits_for_a_busy_writer(letters, index, monkeypatch):
    monkeypatch.setattr(rebuilding, "SWITCH_PATIENCE", 20)
    index()
    held, let_go = threading.Event(), threading.Event()

    def hold():
        with engine().lock(0):
            held.set()
            let_go.wait(20)
        connection.close()

    writer = threading.Thread(target=hold)
    writer.start()
    held.wait(20)
    threading.Timer(0.3, let_go.set).start()
    rebuild()
    writer.join()
    assert look("seed").count == 11


def test_the_import_that_holds_the_lock_gives_way_to_a_rebuild(letters, index, settings):
    settings.SEARCH_ENGINE = "tantivy"
    index()
    with indexer.direct_writer() as direct:
        with pytest.raises(Busy):
            rebuild()
        engine().places.wanted.touch()  # as one does who is still waiting
        direct.commit()
        rebuild()
    assert look("seed").count == 11


def test_a_search_that_meets_the_change_of_places_goes_to_the_new_index(letters, monkeypatch):
    rebuild()
    places = engine().places
    old, current = places.current(), places.current
    rebuild()
    looks = iter([old])
    monkeypatch.setattr(places, "current", lambda: next(looks, None) or current())
    results = look("seed")
    assert (results.count, results.degraded) == (11, False)


def test_what_was_ordered_before_a_new_index_was_begun_is_not_done_twice(letters, monkeypatch):
    enqueue(letters[0].pk, letters[-1].pk)
    monkeypatch.setattr(indexer, "bring_in_line", lambda *args: pytest.fail("read again"))
    index_pending()
    assert look("seed").count == 11 and not IndexJob.objects.exists()


def test_orders_of_before_a_rebuild_that_only_goes_on_are_done(letters, index):
    with pytest.raises(Killed):
        rebuild(progress=interrupt_at(6))
    Message.objects.filter(pk=letters[0].pk).update(subject="Winter rye")
    enqueue(letters[0].pk, letters[0].pk)
    rebuild()
    index_pending()
    assert look("rye").count == 1
