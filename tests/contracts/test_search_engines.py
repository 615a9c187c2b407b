"""What every search engine promises, asked of all of them: of `postgres` where the suite runs on PostgreSQL, of the engines that
keep files of their own and know no database where it runs without."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from archive.search.engine import (
    ANYWHERE,
    Between,
    Engine,
    EngineError,
    Everything,
    HasAttachment,
    IndexMissing,
    Nothing,
    OneOf,
    Scope,
    Seen,
    Words,
    document_of,
    seconds,
)
from archive.search.engines import make_engine
from archive.search.language import And, Not, Or
from archive.search.words import words_asked
from common.locks import Busy

pytestmark = pytest.mark.django_db
ALL = Scope(frozenset(range(1, 100)))


@pytest.fixture(params=["tantivy", "whoosh"] if settings.EMBEDDED else ["postgres"])
def engine(request, tmp_path) -> Engine:
    """An engine with an empty index."""
    made = make_engine.__wrapped__(request.param, tmp_path, 16_000_000)
    if made.places is not None:
        with made.writer(made.places.start_empty()) as writer:
            writer.commit()
    else:
        made.save_progress(0, filled=True)
    return made


def letter(pk=1, **values):
    fields = {
        "id": pk,
        "group_id": 1,
        "thread_id": pk,
        "number": pk,
        "sent_at": datetime(2004, 5, 6, tzinfo=UTC),
        "author_id": 1,
        "from_text": "Marta Berg marta@riverside.example",
        "to_text": "gardeners@lists.example",
        "subject": "Seed swap",
        "body": "Forty packets of tomato seed are left.",
        "quoted": "",
    }
    return document_of(**{**fields, **values})


def put(engine, *documents):
    with engine.writer() as writer:
        writer.add(documents)
        writer.commit()


def words(text, *fields, **options):
    return Words(fields or ANYWHERE, tuple(words_asked(text)), **options)


def found(engine, query, scope=ALL, sort="date"):
    return [pk for pk, _, _ in engine.search(query, scope, sort=sort, limit=50, facets=False).hits]


def test_a_word_is_found_in_every_part_of_a_letter(engine):
    put(engine, letter(1, body="quince"), letter(2, subject="Quince!"), letter(3, quoted="a quince tree"))
    put(engine, letter(4, from_text="Ann Quince a@b"), letter(5, filenames=["quince.jpg"]), letter(6))
    assert sorted(found(engine, words("quince"))) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("field", "expected"),
    [("sender", 1), ("recipients", 2), ("subject", 3), ("body", 4), ("quoted", 5), ("filenames", 6), ("list_id", 7)],
)
def test_a_word_is_found_in_one_part_only(engine, field, expected):
    put(engine, letter(1, from_text="plum@x"), letter(2, to_text="plum@x"), letter(3, subject="plum"))
    put(engine, letter(4, body="plum"), letter(5, quoted="plum"), letter(6, filenames=["plum.pdf"]))
    put(engine, letter(7, list_id="plum.lists.example"))
    assert found(engine, words("plum", field)) == [expected]


def test_an_address_is_found_whole_and_not_in_parts_of_others(engine):
    put(
        engine,
        letter(1, from_text="a@b.example"),
        letter(2, from_text="a@c.example"),
        letter(3, from_text="b a example"),
    )
    assert found(engine, words("a@b.example", "sender")) == [1]


def test_words_in_a_row_are_a_phrase(engine):
    put(
        engine,
        letter(1, body="the early bird sings"),
        letter(2, body="bird the early"),
        letter(3, body="early birdsong"),
    )
    assert found(engine, words("early bird")) == [1]


def test_a_phrase_does_not_reach_from_one_part_into_another(engine):
    put(engine, letter(1, subject="early", body="bird", from_text="early", filenames=["bird"]))
    assert found(engine, words("early bird")) == []


def test_a_prefix_finds_what_begins_with_it(engine):
    put(engine, letter(1, body="tomatoes"), letter(2, body="tom"), letter(3, body="automat"))
    assert sorted(found(engine, words("tom", prefix=True))) == [1, 2]


def test_variants_are_found_below_the_word_itself(engine):
    put(engine, letter(1, body="patches"), letter(2, body="patch"), letter(3, body="patchwork"))
    assert found(engine, words("patch", variants=("patches",)), sort="relevance") == [2, 1]


def test_case_and_accents_do_not_matter(engine):
    put(engine, letter(1, body="GRÜSSE aus Łódź, Привет"))
    for typed in ("grüße", "grusse", "lodz", "ПРИВЕТ"):
        assert found(engine, words(typed)) == [1], typed


@pytest.mark.parametrize("typed", ["検索", "索エ", "日本語", "エンジン", "검색", "ค้นหา"])
def test_scripts_without_spaces_are_found_by_any_part(engine, typed):
    put(
        engine,
        letter(1, body="これは日本語の検索エンジンです。검색엔진 ระบบค้นหาข้อมูล"),
        letter(2, body="日本と語る 検査と索引"),
    )
    assert found(engine, words(typed)) == [1]


def test_one_character_of_such_a_script_is_found_wherever_it_stands(engine):
    put(engine, letter(1, body="春の庭"), letter(2, body="夏の庭"), letter(3, body="庭"))
    assert sorted(found(engine, words("庭", prefix=True))) == [1, 2, 3]
    assert found(engine, words("春", prefix=True)) == [1]


def test_a_phrase_may_mix_scripts(engine):
    put(engine, letter(1, body="the 日本語 patch"), letter(2, body="patch 日本語 the"))
    assert found(engine, words("日本語 patch")) == [1]


def test_and_or_not_combine(engine):
    put(engine, letter(1, body="red"), letter(2, body="red blue"), letter(3, body="blue green"), letter(4, body="grey"))
    red, blue, green = words("red"), words("blue"), words("green")
    assert found(engine, And((red, blue))) == [2]
    assert sorted(found(engine, Or((red, green)))) == [1, 2, 3]
    assert found(engine, And((blue, Not(red)))) == [3]
    assert sorted(found(engine, Not(red))) == [3, 4]
    assert sorted(found(engine, Or((green, Not(blue))))) == [1, 3, 4]
    assert sorted(found(engine, And((Not(red), Not(green))))) == [4]
    assert sorted(found(engine, Not(Not(red)))) == [1, 2]
    assert found(engine, Not(And((Not(red), Not(green))))) != found(engine, Everything())


def test_dates_include_the_first_moment_and_exclude_the_last(engine):
    moments = [datetime(1969, 7, 20, tzinfo=UTC), datetime(2004, 1, 1, tzinfo=UTC), datetime(2005, 1, 1, tzinfo=UTC)]
    put(engine, *(letter(pk, sent_at=moment) for pk, moment in enumerate(moments, 1)))
    first, last = seconds(moments[1]), seconds(moments[2])
    assert found(engine, Between(first, last)) == [2]
    assert found(engine, Between(last, None)) == [3]
    assert found(engine, Between(None, first)) == [1]
    assert sorted(found(engine, Between(None, None))) == [1, 2, 3]


def test_an_attachment_without_a_name_is_an_attachment(engine):
    put(engine, letter(1), letter(2, filenames=["a.pdf"]), letter(3, filenames=[""]))
    assert sorted(found(engine, HasAttachment())) == [2, 3]


def test_groups_and_threads_narrow(engine):
    put(
        engine,
        letter(1, group_id=1, thread_id=10),
        letter(2, group_id=2, thread_id=20),
        letter(3, group_id=2, thread_id=30),
    )
    assert sorted(found(engine, OneOf("group", frozenset([2])))) == [2, 3]
    assert found(engine, OneOf("thread", frozenset([20, 99]))) == [2]
    assert found(engine, OneOf("thread", frozenset())) == []
    assert found(engine, Nothing()) == []


def test_a_letter_asked_for_by_name_is_the_best(engine):
    put(engine, letter(1, subject="seed seed", body="seed"), letter(2, body="plums", subject="plums"), letter(3))
    named = OneOf("message", frozenset([2, 99]))
    assert found(engine, named) == [2]
    assert found(engine, Or((words("seed"), named)), sort="relevance")[0] == 2
    assert sorted(found(engine, Not(named))) == [1, 3]


def test_alternatives_may_score_nothing(engine):
    put(engine, *(letter(pk, thread_id=pk, group_id=1 + pk % 3, filenames=["x"] * (pk % 2)) for pk in range(1, 7)))
    nothing = [OneOf("thread", frozenset([2])), OneOf("group", frozenset([1])), Between(None, 0), HasAttachment()]
    assert sorted(found(engine, Or((words("plums"), *nothing)), sort="relevance")) == [1, 2, 3, 5, 6]


def test_keys_are_listed_from_one_on(engine):
    put(engine, *(letter(pk, sent_at=datetime(2020 - pk, 1, 1, tzinfo=UTC)) for pk in (3, 1, 12, 7, 100)))
    put(engine, letter(50, group_id=200), letter(51, transfer_id=5), letter(5, body="-", subject="-"))
    scope = Scope(ALL.groups, frozenset([5]))
    assert engine.keys(words("seed"), scope, 0, 3) == [1, 3, 7]
    assert engine.keys(words("seed"), scope, 7, 3) == [12, 100]
    assert engine.keys(words("seed"), scope, 100, 3) == []


def test_thousands_of_marks_are_no_trouble(engine):
    put(engine, *(letter(pk, thread_id=pk % 3, number=pk) for pk in range(1, 7)))
    marks = tuple((key, 4) for key in range(3000) if key != 1)
    assert sorted(found(engine, Seen(threads=marks))) == [2, 3]
    assert sorted(found(engine, Not(Or((Seen(threads=marks), OneOf("thread", frozenset(range(1, 5000)))))))) == [6]


def test_what_was_seen_is_up_to_a_number_of_the_group_or_the_thread(engine):
    put(engine, *(letter(pk, group_id=1 + pk // 4, thread_id=pk % 2, number=pk) for pk in range(1, 7)))
    assert sorted(found(engine, Seen(groups=((1, 2),)))) == [1, 2]
    assert sorted(found(engine, Seen(groups=((1, 1),), threads=((0, 4),)))) == [1, 2, 4]
    assert sorted(found(engine, Not(Seen(groups=((1, 3), (2, 5)))))) == [6]
    assert len(found(engine, Not(Seen()))) == 6


def test_only_letters_of_the_scope_are_found_counted_and_sorted_into_facets(engine):
    put(engine, letter(1, group_id=1), letter(2, group_id=2, author_id=7, filenames=["x"]), letter(3, group_id=3))
    answer = engine.search(words("seed"), Scope(frozenset([1])), sort="relevance", limit=9, facets=True)
    assert [pk for pk, _, _ in answer.hits] == [1]
    assert (answer.count, answer.groups, answer.authors, answer.with_attachment) == (1, [(1, 1)], [(1, 1)], 0)
    assert engine.by_thread(words("seed"), Scope(frozenset([1])), [1, 2, 3]) == {1: 1}
    assert found(engine, Not(words("nothing")), Scope(frozenset([1, 3]))) in ([1, 3], [3, 1])
    assert found(engine, Everything(), Scope(frozenset())) == []


def test_letters_of_an_unfinished_import_are_not_found(engine):
    put(engine, letter(1, transfer_id=5), letter(2, transfer_id=6), letter(3))
    scope = Scope(frozenset([1]), frozenset([5]))
    assert sorted(found(engine, words("seed"), scope)) == [2, 3]
    assert found(engine, words("seed"), Scope(frozenset([1]), frozenset([5, 6]))) == [3]


def test_many_groups_are_no_trouble(engine):
    put(engine, *(letter(pk, group_id=pk) for pk in range(1, 61)))
    assert sorted(found(engine, words("seed"), Scope(frozenset(range(2, 10_000, 2))))) == list(range(2, 61, 2))
    assert (
        engine.search(Everything(), Scope(frozenset(range(5, 10_000))), sort="date", limit=1, facets=False).count == 56
    )


def test_order_is_newest_oldest_or_best(engine):
    years = {1: 2001, 2: 2003, 3: 2002}
    for pk, year in years.items():
        put(
            engine,
            letter(pk, sent_at=datetime(year, 1, 1, tzinfo=UTC), subject="seed" if pk == 3 else "x", body="seed y z"),
        )
    assert found(engine, words("seed"), sort="date") == [2, 3, 1]
    assert found(engine, words("seed"), sort="oldest") == [1, 3, 2]
    assert found(engine, words("seed"), sort="relevance")[0] == 3


def test_a_limit_does_not_change_the_count(engine):
    put(engine, *(letter(pk) for pk in range(1, 31)))
    answer = engine.search(words("seed"), ALL, sort="relevance", limit=7, facets=False)
    assert (len(answer.hits), answer.count) == (7, 30)


def test_facets_count_years_authors_groups_and_attachments(engine):
    put(engine, *(letter(pk, author_id=pk % 2, group_id=1 + pk % 3, filenames=["a"] * (pk % 2)) for pk in range(1, 7)))
    put(engine, letter(7, sent_at=datetime(1999, 1, 1, tzinfo=UTC), author_id=1))
    answer = engine.search(words("seed"), ALL, sort="date", limit=1, facets=True)
    assert answer.years == [(1999, 1), (2004, 6)]
    assert answer.authors == [(1, 4), (0, 3)]
    assert dict(answer.groups) == {1: 3, 2: 2, 3: 2}
    assert answer.with_attachment == 3


def test_letters_are_counted_by_thread(engine):
    put(engine, *(letter(pk, thread_id=pk % 2) for pk in range(1, 6)), letter(6, thread_id=1, body="-", subject="-"))
    assert engine.by_thread(words("seed"), ALL, [0, 1, 9]) == {0: 2, 1: 3}
    assert engine.by_thread(words("seed"), ALL, []) == {}


def test_a_letter_written_again_replaces_the_old_one(engine):
    put(engine, letter(1, body="old"))
    with engine.writer() as writer:
        writer.delete(1, 1)
        writer.add([letter(1, body="new")])
        writer.commit()
    assert (found(engine, words("old")), found(engine, words("new"))) == ([], [1])


def test_deleting_reaches_what_the_same_writer_added(engine):
    with engine.writer() as writer:
        writer.add([letter(1), letter(2)])
        writer.delete(2, 2)
        writer.add([letter(3)])
        writer.commit()
    assert sorted(found(engine, words("seed"))) == [1, 3]


def test_a_range_is_deleted_in_one_group_or_in_all(engine):
    put(engine, *(letter(pk, group_id=1 + pk % 2) for pk in range(1, 9)))
    with engine.writer() as writer:
        writer.delete(1, 4, 1)
        writer.delete(7, 2**62)
        writer.commit()
    assert sorted(found(engine, Everything())) == [1, 3, 5, 6]


def test_nothing_is_seen_before_the_commit_and_nothing_stays_without_it(engine):
    put(engine, letter(1))
    with engine.writer() as writer:
        writer.add([letter(2)])
        assert found(engine, words("seed")) == [1]
    assert found(engine, words("seed")) == [1]
    put(engine, letter(3))
    assert sorted(found(engine, words("seed"))) == [1, 3]


def test_a_writer_may_commit_again_and_again(engine):
    with engine.writer() as writer:
        for pk in range(1, 13):
            writer.add([letter(pk)])
            writer.commit()
            assert len(found(engine, words("seed"))) == pk


def test_the_lock_is_for_one_at_a_time(engine):
    caught: list[BaseException] = []

    def other() -> None:
        try:
            with engine.lock(0):
                pass
        except BaseException as error:
            caught.append(error)
        connection.close()

    with engine.lock(0):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert isinstance(caught[0], Busy)
    with engine.lock(0):
        pass


def test_the_vocabulary_knows_what_was_written(engine):
    put(engine, letter(1, body="patch patches"), letter(2, body="patch"), letter(3, body="path"))
    assert engine.beginning_with("patc", 10) == ["patch", "patches"]
    assert engine.beginning_with("pat", 1) == ["patch"]
    assert set(engine.frequencies(["patch", "path", "pitch"])) == {"patch", "path"}


@pytest.mark.parametrize("typed", ["'", "\\", "a' | 'b", "\x00", "\ud800", "%s", "*", "a:b", "x" * 5000, "é" * 40])
def test_odd_words_are_only_words(engine, typed):
    put(engine, letter(1, body=f"tomato {typed.encode('utf-8', 'replace').decode()} seed".replace("\0", "")))
    if asked := words_asked(typed):
        engine.search(Words(ANYWHERE, tuple(asked)), ALL, sort="relevance", limit=5, facets=True)
    assert found(engine, words("tomato")) == [1]


def test_a_very_long_letter_is_found(engine):
    body = " ".join(f"word{n}" for n in range(60_000))
    put(engine, letter(1, body=body, quoted=body), letter(2))
    assert found(engine, words("word17")) == [1]
    assert sorted(found(engine, words("seed"))) == [1, 2]


def test_an_engine_without_an_index_says_so(engine, tmp_path):
    if engine.places is None:
        engine.save_progress(0, filled=False)
        assert not engine.healthy()
    else:
        engine = make_engine.__wrapped__(engine.name, tmp_path / "elsewhere", 16_000_000)
    assert not engine.exists()
    with pytest.raises(IndexMissing):
        found(engine, words("seed"))


def test_damage_is_an_engine_error_and_nothing_worse(engine):
    if engine.places is None:
        pytest.skip("kept by the database")
    put(engine, letter(1))
    assert engine.healthy()
    path = engine.places.current()
    assert path is not None
    for file in sorted(path.iterdir()):
        file.write_bytes(b"rubbish" if file.stat().st_size else b"")
    fresh = make_engine.__wrapped__(engine.name, Path(engine.places.root).parent, 16_000_000)
    assert not fresh.healthy()
    with pytest.raises(EngineError):
        found(fresh, words("seed"))
