"""What a person finds, in the order and with the passages they expect."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.actions.marks import mark_group_read, mark_thread_read
from archive.actions.tagging import tag_arrivals, untag_topic
from archive.search import facets_of, search
from tests.archive.search.conftest import look
from tests.builders import make_group, make_message

pytestmark = pytest.mark.django_db


def test_words_are_found_in_subject_body_and_sender(group, find):
    make_message(group, subject="Quince jelly", body="no\n")
    make_message(group, subject="x", body="A quince tree.\n")
    make_message(group, subject="x", body="no\n", sender="Ann Quince <ann@x.example>")
    make_message(group, subject="x", body="no\n")
    assert find("quince") == [3, 2, 1]


def test_other_forms_of_a_word_are_found_but_not_of_a_quoted_one(group, find):
    make_message(group, body="The patches apply.\n")
    make_message(group, body="One patch.\n")
    make_message(group, body="They patched it while patching.\n")
    make_message(group, body="A patchwork.\n")
    assert find("patch") == [3, 2, 1]
    assert find('"patch"') == [2]
    assert find("body:patches") == [3, 2, 1]


def test_the_groups_language_is_known(group, find):
    group.language = "de-CH"
    group.save()
    make_message(group, body="Viele alte Häuser.\n")
    make_message(group, body="Ein Haus.\n")
    assert find("haus", group=group) == [2, 1]
    assert find("Häuser") == [2, 1]


def test_what_was_quoted_is_told_from_what_was_written(group, find):
    make_message(group, body="I like plums.\n\n> Do you like pears?\n")
    assert (find("quoted:pears"), find("body:pears"), find("body:plums"), find("pears")) == ([1], [], [1], [1])


def test_recipients_and_attachments_are_found_after_reading_the_letter_again(group, find):
    raw = b"From: a@b.example\nTo: =?utf-8?q?Ren=C3=A9?= <rene@c.example>\nCc: list@d.example\n\nx"
    make_message(group, raw=raw, files=[("plan of beds.pdf", "application/pdf", b"x")])
    make_message(group)
    assert find("to:rené") == find("to:list@d.example") == find('filename:"beds.pdf"') == find("has:attachment") == [1]
    assert find("-has:attachment") == [2]


def test_dates_narrow(group, find):
    for year in (2003, 2004, 2005):
        make_message(group, sent_at=datetime(year, 6, 1, tzinfo=UTC))
    assert find("date:2004..") == [3, 2]
    assert find("before:2004 OR date:2005-06-01") == [3, 1]


def test_a_letter_in_another_script_is_found(group, find):
    make_message(group, subject="庭の検索", body="日本語の本文です。\n")
    make_message(group, body="Привет из Москвы\n")
    assert find("検索") == find("本文") == find("庭") == [1]
    assert find("привет москвы") == [2]


def test_topics_are_found_by_their_hashtag_in_groups_one_may_read(group, find, private_group, alice):
    first = make_message(group, subject="#Harvest plans")
    make_message(group, subject="Re: plans", parent=first)
    make_message(group, body="harvest\n")
    secret = make_message(private_group, subject="#harvest of secrets")
    for one in (first, secret):
        tag_arrivals(one.group, [one])
    assert find("tag:harvest") == find("tag:#HARVEST", group=group) == [2, 1]
    assert find("tag:harvest plans") == [2, 1] and find("-tag:harvest", group=group) == [3]
    assert find("tag:nothing") == []
    assert [hit.message.subject for hit in look("tag:harvest", user=alice, group=private_group).hits] == [
        secret.subject
    ]
    untag_topic(group=group, thread=first.thread, name="harvest", by=alice)
    assert find("tag:harvest") == []


def test_a_thread_is_named_by_the_number_of_any_of_its_letters(group, find):
    first = make_message(group)
    make_message(group, parent=first)
    make_message(group)
    assert find("thread:2", group=group) == find("thread:1 in:gardeners") == [2, 1]
    assert find(f"thread:<{first.message_id}>") == [2, 1]
    assert find("thread:99", group=group) == []
    assert "in:group" in look("thread:1").problems[0]


def test_a_group_is_named(group, find):
    make_message(group)
    make_message(make_group("choir"))
    assert (find("in:choir seed"), len(find("in:gardeners OR in:choir"))) == ([1], 2)
    assert look("in:nowhere").problems == ["There is no group “nowhere” whose letters you may read."]


def test_unread_is_what_the_pages_call_new(group, bob, find):
    bob.memberships.update(joined_at=datetime(2026, 3, 1, tzinfo=UTC))
    old = make_message(group, sent_at=datetime(2001, 1, 1, tzinfo=UTC))
    letters = [make_message(group) for _ in range(3)]
    reply = make_message(group, parent=letters[2])
    mark_group_read(user=bob, group=group, number=letters[0].number)
    mark_thread_read(user=bob, thread=reply.thread, number=letters[2].number)
    assert find("is:unread", user=bob) == find("is:unread", user=bob, group=group) == [5, 3]
    assert find("is:read", user=bob) == [4, 2, old.number]
    assert look("is:unread").problems[0].startswith("Sign in")


def test_best_first_newest_first_or_oldest_first(group, find):
    make_message(group, subject="Compost", body="About compost.\n")
    make_message(group, subject="x", body="compost and much more about other things\n")
    assert find("compost", sort="relevance") == find("compost", sort="oldest") == [1, 2]
    assert find("compost", sort="date") == [2, 1]


def test_without_words_the_newest_is_best(group, find):
    for _ in range(3):
        make_message(group)
    assert find("in:gardeners", sort="relevance") == [3, 2, 1]


def test_hits_are_grouped_by_thread(group, index):
    first = make_message(group, subject="Compost", body="compost\n")
    for _ in range(3):
        make_message(group, parent=first, subject="Re: Compost", body="compost\n")
    make_message(group, parent=first, subject="-", body="something else\n")
    make_message(group, body="compost\n")
    index()
    results = search("compost", user=None, sort="date")
    assert [(hit.message.number, hit.more_in_thread) for hit in results.hits] == [(6, 0), (4, 3)]
    assert results.count == 5


def test_pages_follow_each_other_without_gaps(group, index):
    for number in range(30):
        letter = make_message(group)
        for _ in range(number % 4):
            make_message(group, parent=letter)
    index()
    pages = [search("seed", user=None, sort="date", limit=7, offset=offset) for offset in range(0, 35, 7)]
    threads = [hit.message.thread_id for page in pages for hit in page.hits]
    assert len(threads) == len(set(threads)) == 30
    assert [page.more for page in pages] == [True] * 4 + [False]


def test_a_page_of_one_long_thread_and_many_short_ones_is_full(group, index):
    first = make_message(group)
    for _ in range(5):
        make_message(group, sent_at=first.sent_at - timedelta(days=1))
    for _ in range(100):
        make_message(group, parent=first, sent_at=first.sent_at + timedelta(days=1))
    index()
    results = search("seed", user=None, sort="date", limit=4)
    assert [hit.more_in_thread for hit in results.hits] == [100, 0, 0, 0]


def test_nobody_pages_for_ever(group, index):
    make_message(group)
    index()
    results = search("seed", user=None, offset=5000)
    assert (results.hits, results.more) == ([], False)
    assert "narrow the search" in results.problems[0]


def test_passages_show_the_words_marked_and_everything_else_escaped(group, index):
    make_message(group, subject="A <b> seed", body="Hello,\n> old <i>seeds</i>\nFresh SEEDS & bulbs for all.\n")
    index()
    hit = look("seed").hits[0]
    assert "Fresh <mark>SEEDS</mark> &amp; bulbs" in hit.snippet_html
    assert "<i>" not in hit.snippet_html
    assert hit.subject_html == "A &lt;b&gt; <mark>seed</mark>"


def test_addresses_in_passages_are_for_members(group, bob, index):
    make_message(group, subject="ask ann@secret.example", body="Ask ann@secret.example for seeds.\n")
    index()
    for user, shown in ((None, False), (bob, True)):
        hit = look("seeds", user=user).hits[0]
        assert ("ann@secret.example" in hit.snippet_html) is ("ann@secret.example" in hit.subject_html) is shown


def test_a_pasted_message_id_finds_the_letter_first_and_those_that_mention_it(group, index):
    letter = make_message(group, message_id="abc.1@host.example")
    make_message(group, body="As was said in <abc.1@host.example> before.\n")
    make_message(group)
    index()
    for typed in ("<abc.1@host.example>", "abc.1@host.example", '"abc.1@host.example"'):
        assert [hit.message.number for hit in look(typed, sort="relevance").hits] == [1, 2], typed
    assert [hit.message for hit in look("message-id:<abc.1@host.example>").hits] == [letter]
    assert look("message-id:no@where").count == 0


def test_a_pasted_subject_finds_the_topic_with_its_first_letter(group, index):
    first = make_message(group, subject="Seed swap")
    make_message(group, subject="Re: Seed swap", parent=first)
    index()
    assert look("Re: Seed swap").count == 2
    assert look("re:").count == 1


def test_facets_say_how_the_letters_divide(group, bob, index):
    choir = make_group("choir", name="The Choir")
    make_message(group, sent_at=datetime(2001, 1, 1, tzinfo=UTC), sender="Ann <ann@x.example>")
    make_message(choir, sender="Ann <ann@x.example>", files=[("a.txt", "text/plain", b"x")])
    make_message(group, sender="Zoë <zoe@x.example>")
    index()
    facets = look("seed", facets=True).facets
    assert facets.years == [(2001, 1), (2026, 2)]
    assert sorted(facets.groups) == [("choir", "The Choir", 1), ("gardeners", "Riverside Gardeners", 2)]
    assert facets.attachments == (1, 2)
    assert facets.authors == [("Ann", "Ann", 2), ("Zoë", "Zoë", 1)]
    assert ("Zoë", "zoe@x.example", 1) in look("seed", facets=True, user=bob).facets.authors


def test_a_facet_narrows_the_search(group, bob, index):
    make_message(group, sender="Ann Lee <ann@x.example>")
    make_message(group, sender="Zoë <zoe@x.example>")
    index()
    for user in (None, bob):
        for name, key, count in look("seed", facets=True, user=user).facets.authors:
            assert look(f'seed from:"{key}"', user=user).count == count, name


def test_a_misspelt_word_is_corrected(group, index):
    make_message(group, subject="Compost and tomatoes")
    index()
    assert look("compots").suggestion == "compost"
    assert look("subject:tomatose -rain").suggestion == "subject:tomatoes -rain"
    assert look('"red" compots in:gardeners').suggestion == ""
    assert look("compots tomatoez").suggestion == "compost tomatoes"
    assert look("kompozt").suggestion == ""
    assert look("compast OR cmpost").suggestion == "compost OR compost"


def test_a_word_two_mistakes_away_is_corrected(group, index):
    make_message(group, subject="Chrysanthemum")
    index()
    assert look("chrisantemum").suggestion == "chrysanthemum"
    assert look("chrizantemum").suggestion == ""


def test_a_slip_of_the_pen_in_a_letter_does_not_hide_the_word_that_was_meant(group, index):
    make_message(group, body="The kernle panics.\n")
    for _ in range(51):
        make_message(group, body="The kernel panics.\n")
    index()
    results = look("kernle panics")
    assert (results.count, results.suggestion) == (1, "kernel panics")
    assert look("kernel").suggestion == ""


def test_nothing_to_look_for_finds_nothing(group, index):
    make_message(group)
    index()
    results = look("  -- ")
    assert (results.count, results.hits, results.degraded) == (0, [], False)


def test_words_to_be_absent_are_enough(group, find):
    make_message(group, body="plums\n")
    make_message(group, body="pears\n")
    assert find("-plums") == [2]


def test_a_house_without_letters_is_not_damaged(db):
    assert not look("seed").degraded


@pytest.mark.parametrize(
    "typed", ["'", '"', "a:b:c", "(((", "\\", "%", "\0x", "\ud800", "date:..", "from:()", "*", "-" * 50]
)
def test_nothing_that_is_typed_breaks_a_search(group, index, typed):
    make_message(group)
    index()
    assert not look(typed, facets=True, group_threads=True).degraded


def test_a_search_needs_three_queries(group, index, django_assert_max_num_queries):
    for _ in range(30):
        make_message(group, files=[("a", "text/plain", b"")])
    index()
    look("seed")  # the languages in use are remembered
    with django_assert_max_num_queries(3):
        results = search("seed", user=None, limit=25)
        assert [(hit.message.group.slug, hit.message.thread.number) for hit in results.hits]
    with django_assert_max_num_queries(5):
        search("seed", user=None, limit=25, facets=True)
    with django_assert_max_num_queries(4):
        facets_of("seed", user=None)
    with django_assert_max_num_queries(3):
        search("seed", user=None, group=group, limit=25)


def test_a_passage_does_not_load_the_raw_letter(group, index):
    make_message(group)
    index()
    with CaptureQueriesContext(connection) as queries:
        look("seed")
    assert not any('"raw"' in query["sql"] or '"html"' in query["sql"] for query in queries)
