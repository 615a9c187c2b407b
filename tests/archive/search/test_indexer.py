"""The index follows the database: orders are never lost, one writer at a time, imports write directly."""

from datetime import timedelta

import pytest
from django.utils import timezone

from archive.actions.removing import hide_letters, remove_letters, show_letters
from archive.actions.transfers import plan_import
from archive.importers.pipeline import run_import
from archive.models import IndexJob, Message
from archive.search import indexer
from archive.search.engine import EngineError
from archive.search.engines import engine
from archive.search.indexer import direct_writer, document_of, enqueue, index_pending, lag, merged, next_batch
from archive.search.tantivy import _Writer
from common import doorbell
from tests.archive.letters import letter, mbox
from tests.archive.search.conftest import look
from tests.builders import make_message

pytestmark = pytest.mark.django_db


def document(message: Message, **values):
    fields = {
        "id": message.pk,
        "group_id": message.group_id,
        "thread_id": message.thread_id,
        "number": message.number,
        "sent_at": message.sent_at,
        "author_id": message.author_id,
        "from_text": "",
        "to_text": "",
        "subject": message.subject,
        "body": "",
        "quoted": "",
    }
    return document_of(**{**fields, **values})


def test_a_letter_is_found_after_its_job_is_done(group):
    message = make_message(group)
    enqueue(message.pk, message.pk)
    assert index_pending() == 1
    assert look("seed").count == 1
    assert not IndexJob.objects.exists()


def test_indexing_twice_changes_nothing(group, index):
    make_message(group)
    index()
    index()
    assert look("seed").count == 1


def test_hidden_letters_are_removed_and_shown_ones_come_back(group, index):
    message = make_message(group)
    index()
    hide_letters(group, [message.pk])
    index_pending()
    assert look("seed").count == 0
    show_letters(group, [message.pk])
    index_pending()
    assert look("seed").count == 1


def test_removed_letters_are_removed(group, index):
    first, second = make_message(group), make_message(group)
    index()
    remove_letters(group, [first.pk])
    index_pending()
    assert [hit.message.pk for hit in look("seed").hits] == [second.pk]


def test_short_jobs_come_first_and_long_ones_in_parts(group):
    long, short = enqueue(1, 5000), enqueue(9, 9)
    assert [(job.pk, job.first, job.last, job.whole) for job in next_batch(most=100)] == [(short, 9, 9, True)]
    assert [(job.pk, job.last) for job in next_batch(without=[short], most=100)] == [(long, 100)]
    indexer.forget(engine(), next_batch(without=[short], most=100))
    assert IndexJob.objects.get(pk=long).first_id == 101


def test_a_long_job_is_done_to_its_end(group, monkeypatch):
    monkeypatch.setattr(indexer, "BATCH", 3)
    monkeypatch.setattr(indexer, "READ_AT_ONCE", 2)
    for _ in range(8):
        make_message(group)
    first, last = Message.objects.order_by("pk").first(), Message.objects.order_by("pk").last()
    enqueue(first.pk, last.pk)
    index_pending()
    assert (look("seed").count, IndexJob.objects.count()) == (8, 0)


def test_ranges_that_touch_are_one():
    assert merged([(5, 6), (1, 2), (3, 3), (6, 9), (20, 21)]) == [(1, 3), (5, 9), (20, 21)]


def test_a_job_stays_until_the_index_has_it(group, index, monkeypatch):
    index()
    message = make_message(group)
    enqueue(message.pk, message.pk)

    def fail(self):
        raise EngineError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(_Writer, "commit", fail)
        index_pending()
    assert (look("seed").count, IndexJob.objects.count()) == (0, 1)
    index_pending()
    assert (look("seed").count, IndexJob.objects.count()) == (1, 0)


def test_nobody_writes_while_another_does(group, index):
    index()
    message = make_message(group)
    enqueue(message.pk, message.pk)
    with engine().lock(0):
        assert index_pending() == 0
    assert index_pending() == 1


def test_the_lag_is_the_age_of_the_oldest_job(group):
    assert lag() == indexer.Lag(0.0, 0)
    enqueue(1, 1)
    enqueue(2, 2)
    IndexJob.objects.update(created_at=timezone.now() - timedelta(seconds=90))
    assert 89 < lag().seconds < 120
    assert lag().jobs == 2


def test_a_worker_is_woken_once_the_order_stands(monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr(doorbell, "_send", rung.append)
    with django_capture_on_commit_callbacks(execute=True):
        enqueue(1, 1)
        assert rung == []
    assert rung == ["archive.tasks.index_pending"]


def test_a_broker_that_is_away_hurts_nobody(monkeypatch, caplog):
    def away(name, args):
        raise OSError("no broker")

    monkeypatch.setattr(doorbell.current_app, "signature", away)
    doorbell._send("archive.tasks.index_pending")
    assert "no broker" in caplog.text


def test_the_task_indexes(group, index, monkeypatch, django_capture_on_commit_callbacks):
    from archive import tasks as _  # noqa: F401  a worker has them loaded

    message = make_message(group)
    with django_capture_on_commit_callbacks(execute=True):
        enqueue(message.pk, message.pk)
    assert look("seed").count == 1


def test_an_import_writes_the_index_itself(group, tmp_path):
    source = mbox(tmp_path / "list.mbox", [letter(number) for number in range(1, 6)])
    run_import(plan_import(group=group, sources=[source]))
    assert not IndexJob.objects.exists()
    assert look("in:gardeners").count == 5


def test_an_import_leaves_to_others_what_it_cannot_write(group, tmp_path, monkeypatch, index):
    index()
    monkeypatch.setattr(indexer, "LOCK_PATIENCE", 0)
    source = mbox(tmp_path / "list.mbox", [letter(number) for number in range(1, 6)])
    with engine().lock(0):
        run_import(plan_import(group=group, sources=[source]))
    assert IndexJob.objects.exists()
    assert look("in:gardeners").count == 0
    index_pending()
    assert (look("in:gardeners").count, IndexJob.objects.count()) == (5, 0)


def test_a_slow_engine_is_not_waited_for(group, tmp_path, settings):
    settings.SEARCH_ENGINE = "whoosh"
    source = mbox(tmp_path / "list.mbox", [letter(number) for number in range(1, 6)])
    run_import(plan_import(group=group, sources=[source]))
    assert IndexJob.objects.exists()
    index_pending()
    assert look("in:gardeners").count == 5


def test_direct_writing_reads_again_what_was_there_before(group, index):
    old = make_message(group)
    index()
    Message.objects.filter(pk=old.pk).update(subject="Zucchini")
    new = make_message(group)
    job = IndexJob.objects.create(first_id=old.pk, last_id=new.pk)
    with direct_writer() as direct:
        direct.add_stored([document(new)], [job.pk])
    assert [hit.message.pk for hit in look("zucchini").hits] == [old.pk]
    assert look("seed").count == 1
    assert not IndexJob.objects.exists()


def test_direct_writing_does_what_others_ordered_meanwhile(group, index):
    index()
    other = make_message(group)
    enqueue(other.pk, other.pk)
    with direct_writer() as direct:
        direct.commit()
        assert (look("seed").count, IndexJob.objects.count()) == (1, 0)


def test_direct_writing_lets_go_for_who_waits(group, index):
    index()
    with direct_writer() as direct:
        engine().places.wanted.touch()
        direct.commit()
        with engine().lock(0):
            assert direct.writer is None
        engine().places.no_longer_wanted()
        message = make_message(group)
        direct.add_stored([document(message)], [])
        assert direct.writer is not None
    assert look("seed").count == 1


def test_an_interrupted_import_keeps_its_orders(group, index):
    index()
    message = make_message(group)
    job = IndexJob.objects.create(first_id=message.pk, last_id=message.pk)
    with pytest.raises(KeyboardInterrupt), direct_writer() as direct:
        direct.add_stored([document(message)], [job.pk])
        raise KeyboardInterrupt
    assert IndexJob.objects.exists()
    index_pending()
    assert look("seed").count == 1


def test_a_failing_import_keeps_what_it_indexed(group, index):
    index()
    message = make_message(group)
    job = IndexJob.objects.create(first_id=message.pk, last_id=message.pk)
    with pytest.raises(OSError, match="gone"), direct_writer() as direct:
        direct.add_stored([document(message)], [job.pk])
        raise OSError("gone")
    assert (look("seed").count, IndexJob.objects.count()) == (1, 0)


def test_an_engine_that_fails_does_not_fail_the_import(group, index, monkeypatch):
    index()
    message = make_message(group)
    job = IndexJob.objects.create(first_id=message.pk, last_id=message.pk)

    def fail(self, documents):
        raise EngineError("disk full")

    with monkeypatch.context() as patch, direct_writer() as direct:
        patch.setattr(_Writer, "add", fail)
        direct.add_stored([document(message)], [job.pk])
    assert IndexJob.objects.exists()
    index_pending()
    assert look("seed").count == 1
