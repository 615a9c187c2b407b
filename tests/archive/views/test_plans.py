"""Pages of an archive of a million letters walk an index and never a table. Asked of SQLite, whose plans do not depend on how
much there is."""

import pytest
from django.db import connection

from archive.models import Attachment, Thread
from tests.builders import FIRST_DATE, make_thread

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL scans tables as small as those of tests"),
]
BIG = ("archive_message", "archive_thread", "archive_content", "archive_author", "archive_attachment", "archive_day")
PAGES = [
    "",
    "topics/",
    "months/",
    "months/2026/03/",
    "months/2026/03/?by=date",
    "topic/1/",
    "topic/2/",
    "message/2/",
    "message/2/raw",
    "m/{message_id}/",
    "m/{message_id}/raw",
    "authors/",
    "authors/{author}/",
    "attachments/",
    "attachments/?kind=sound",
    "feed/",
    "topic/1/atom",
]


def plans_of(browser, path: str) -> list[str]:
    """The steps of all queries a page asks."""
    asked = []

    def note(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert browser.get(path).status_code in (200, 302)
    steps = []
    with connection.cursor() as cursor:
        for sql, params in asked:
            if sql.lstrip("(").startswith("SELECT"):
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
                steps += [row[3] for row in cursor.fetchall()]
    return steps


@pytest.fixture
def addresses(group) -> dict[str, object]:
    letters = make_thread(group, 4, files=[("a.ogg", "audio/ogg", b"x")])
    return {"message_id": letters[1].message_id, "author": letters[1].author_id}


@pytest.mark.parametrize("page", PAGES)
def test_no_page_for_strangers_scans_a_table_of_letters(client, addresses, page):
    steps = plans_of(client, "/g/gardeners/" + page.format(**addresses))
    assert steps and not [step for step in steps if step.startswith("SCAN") and any(name in step for name in BIG)]


@pytest.mark.parametrize("page", ["", "topics/", "topic/1/", "message/2/"])
def test_nor_does_one_for_people_who_are_signed_in(signed_in, bob, addresses, page):
    bob.memberships.update(joined_at=FIRST_DATE)
    steps = plans_of(signed_in(bob), f"/g/gardeners/{page}")
    assert steps and not [step for step in steps if step.startswith("SCAN") and any(name in step for name in BIG)]


@pytest.mark.parametrize("page", ["m/{message_id}/", "m/{message_id}/raw"])
def test_a_message_id_is_found_by_its_own_index(client, addresses, page):
    """And not by going through the letters in the order of their numbers."""
    steps = plans_of(client, "/g/gardeners/" + page.format(**addresses))
    assert all("archive_message_by_id" in step for step in steps if "SEARCH archive_message " in step)


@pytest.mark.parametrize("who", ["bob", None])
def test_pinned_topics_are_found_by_their_own_index(client, signed_in, bob, addresses, who):
    """And not by looking through every topic of the group in its order."""
    steps = plans_of(signed_in(bob) if who else client, "/g/gardeners/topics/")
    assert any("archive_thread_pinned" in step for step in steps)


def test_attachments_of_one_kind_are_found_by_its_index(client, addresses):
    steps = plans_of(client, "/g/gardeners/attachments/?kind=sound")
    assert any("archive_attachment_by_kind" in step for step in steps)


def test_kinds_begin_as_their_media_types_do(addresses):
    assert Attachment.objects.filter(kind="audio").count() == Thread.objects.get().message_count
