"""The engine that lives in the database: filled in place, refused elsewhere."""

import pytest
from django.core.checks import run_checks
from django.db import connection

from archive.models import Message
from archive.search import rebuilding
from archive.search.engine import TEXT_LIMIT, document_of
from archive.search.engines import engine
from archive.search.indexer import enqueue, index_pending, rebuild
from archive.search.postgres import LARGEST, tsvector_of
from tests.archive.search.conftest import look
from tests.archive.search.test_rebuilding import Killed, interrupt_at
from tests.builders import FIRST_DATE, make_group, make_message

pytestmark = pytest.mark.django_db


@pytest.fixture
def on_postgres(settings, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("needs the server profile")
    settings.SEARCH_ENGINE = "postgres"
    monkeypatch.setattr(rebuilding, "READ_AT_ONCE", 2)
    engine()._filled_until = 0.0


@pytest.fixture
def letters(on_postgres, group):
    return [make_message(group) for _ in range(7)]


def test_an_empty_table_is_filled_by_whoever_indexes_next(letters):
    assert look("seed").degraded
    index_pending()
    results = look("seed", facets=True)
    assert (results.degraded, results.count, results.engine) == (False, 7, "postgres")


def test_an_interrupted_filling_goes_on(letters, monkeypatch):
    with pytest.raises(Killed):
        rebuild(progress=interrupt_at(4))
    assert look("seed").degraded
    read = []
    copied = rebuilding._copy
    monkeypatch.setattr(rebuilding, "_copy", lambda *args: read.append(args[1]) or copied(*args))
    rebuild()
    assert min(read) > letters[1].pk
    assert look("seed").count == 7


def test_changes_are_followed_and_one_group_is_rebuilt(letters, group):
    rebuild()
    Message.objects.filter(pk=letters[0].pk).update(subject="Zucchini")
    Message.objects.filter(pk=letters[1].pk).delete()
    enqueue(letters[0].pk, letters[0].pk)
    index_pending()
    assert (look("zucchini").count, look("seed").count) == (1, 6)
    make_message(make_group("choir"), subject="Zucchini")
    rebuild(group)
    assert (look("zucchini").count, look("seed").count) == (1, 5)


def test_variants_and_suggestions_come_from_its_own_vocabulary(letters, group, members_group):
    make_message(group, body="Many patches.\n")
    make_message(members_group, body="patched\n", subject="Zucchini")
    rebuild()
    assert look("patch").count == 1
    assert look("pathces").suggestion == "patches"
    assert look("zuchini").suggestion == ""


def test_another_database_refuses_it(settings):
    if connection.vendor == "postgresql":
        pytest.skip("needs the embedded profile")
    settings.SEARCH_ENGINE = "postgres"
    assert "posthouse.E001" in [message.id for message in run_checks()]
    make_message(make_group())
    assert look("seed").degraded


def document(**values):
    fields = {"id": 1, "group_id": 1, "thread_id": 1, "number": 1, "sent_at": FIRST_DATE, "author_id": 1}
    texts = {"from_text": "", "to_text": "", "subject": "", "body": "", "quoted": ""}
    return document_of(**{**fields, **texts, **values})


def test_a_letter_becomes_a_vector_with_weights_places_and_marks():
    vector = tsvector_of(document(subject="Seed swap", from_text="Ann", body="seed", to_text="Bob"))
    assert vector == "'seed':1A,1200C 'swap':2A 'ann':450B 'f:ann':1 't:bob':1"


def test_a_vector_keeps_within_the_limits_of_the_database():
    words = " ".join(f"{n:06}" for n in range(TEXT_LIMIT // 7))
    assert len(tsvector_of(document(body=words, quoted=words + "x"))) < 2 * LARGEST
    assert tsvector_of(document(body="a " * 9000)).count(",") < 256
