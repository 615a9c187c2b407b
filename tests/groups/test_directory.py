"""The directory: who stands in it, in which order, found how, at what cost."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from archive.models import Archive
from groups.actions.groups import change_settings
from groups.directory.sweeping import sweep
from groups.models import Group, Visibility
from tests.builders import make_group, make_message

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def names(response: object) -> list[str]:
    return [group.name for group in response.context["page"].rows]  # type: ignore[attr-defined]


def test_a_fresh_site_invites_to_start_a_group(client: Client):
    response = client.get("/")
    assert b"The house is open, and empty yet" in response.content
    assert b"/groups/new/" in response.content


def test_groups_stand_in_the_order_of_their_last_letter(client: Client):
    for place, slug in enumerate(["first", "third", "second"]):
        make_message(make_group(slug), sent_at=MONDAY + timedelta(days={0: 9, 1: 1, 2: 5}[place]))
    sweep()
    assert names(client.get("/")) == ["First", "Second", "Third"]


def test_a_group_without_letters_counts_from_its_beginning(client: Client):
    make_message(make_group("lively"), sent_at=MONDAY)
    make_group("fresh", created_at=MONDAY + timedelta(days=1))
    sweep()
    assert names(client.get("/")) == ["Fresh", "Lively"]


def test_each_says_how_many_letters_and_members_and_when_the_last_came(client: Client, group: Group):
    make_message(group, sent_at=MONDAY)
    page = client.get("/").content.decode()
    assert "1 letter · 2 members · last letter" in page
    assert "2 Mar 2026" in page
    assert 'role="img" aria-label="Riverside Gardeners. Letters a month' in page


def test_unlisted_and_private_groups_are_not_there(client: Client, private_group: Group):
    make_group("hidden", visibility=Visibility.UNLISTED)
    assert names(client.get("/")) == []


def test_a_member_sees_their_own_groups_first_private_ones_too(
    signed_in: SignIn, bob: User, private_group: Group, group: Group
):
    make_group("others")
    response = signed_in(bob).get("/")
    assert {one.name for one in response.context["mine"]} == {"Secret Plans", "Riverside Gardeners"}
    assert names(response) == ["Others"]


def test_a_stranger_with_an_account_sees_no_private_group(signed_in: SignIn, charlie: User, private_group: Group):
    assert private_group.name.encode() not in signed_in(charlie).get("/").content


def test_every_word_must_be_found_somewhere(client: Client):
    make_group("gardeners", name="Riverside Gardeners", summary="Seeds, slugs and Saturdays.")
    make_group("sailors", name="Riverside Sailors")
    assert names(client.get("/?q=riverside+SLUGS")) == ["Riverside Gardeners"]


def test_a_search_finds_no_private_group(client: Client, private_group: Group):
    response = client.get("/?q=Secret")
    assert b"Secret Plans" not in response.content
    assert b"No group with" in response.content


@pytest.mark.parametrize("wanted", ["%00", "%25", "_", "'", "%22%3E%3Cscript%3E", "x" * 3000, "%F0%9F", "a+" * 500])
def test_odd_searches_find_nothing_and_break_nothing(client: Client, group: Group, wanted: str):
    response = client.get(f"/?q={wanted}")
    assert response.status_code == 200
    assert b"<script>" not in response.content


def test_a_long_directory_has_pages(client: Client):
    for number in range(31):
        make_group(f"g{number:02}", created_at=MONDAY + timedelta(days=number))
    first = client.get("/")
    second = client.get("/" + first.context["page"].next)
    assert (len(names(first)), names(second)) == (30, ["G00"])
    assert names(client.get("/" + second.context["page"].previous)) == names(first)


def test_a_page_nobody_linked_to_is_not_there(client: Client):
    assert client.get("/?before=nonsense").status_code == 404


def queries_of(client: Client, path: str = "/") -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_a_stranger_costs_few_queries_however_many_groups(client: Client):
    for number in range(12):
        make_message(make_group(f"g{number}"))
    sweep()
    before = queries_of(client), queries_of(client, "/?q=g"), queries_of(client, "/?readable=yes&size=0&sort=large")
    for number in range(12, 24):
        make_message(make_group(f"g{number}"))
    sweep()
    assert (queries_of(client), queries_of(client, "/?q=g")) == before[:2]
    assert max(before) <= 8


def test_one_more_group_costs_a_member_no_more_queries(signed_in: SignIn, bob: User):
    make_message(make_group("one", members=[bob]))
    client = signed_in(bob)
    make_group("alien")
    sweep()
    client.get("/")  # what waits for a moderator is counted once a minute
    before = queries_of(client)
    for number in range(9):
        make_message(make_group(f"g{number}", members=[bob]))
    sweep()
    client.get("/")  # the tree of categories is read once for each new state
    assert queries_of(client) == before


def test_a_stranger_gets_no_cookie_and_no_session(client: Client, group: Group):
    response = client.get("/")
    assert not response.cookies
    assert response["Cache-Control"] == "public, max-age=60"


def test_what_a_stranger_has_already_is_not_sent_again(client: Client, group: Group):
    make_message(group)
    etag = client.get("/")["ETag"]
    assert client.get("/", headers={"if-none-match": etag}).status_code == 304


@pytest.mark.parametrize("what", ["letter", "member", "group", "name"])
def test_but_what_changed_is(client: Client, group: Group, alice: User, charlie: User, what: str):
    make_message(group)
    etag = client.get("/")["ETag"]
    if what == "letter":
        make_message(group)
        sweep()
    elif what == "member":
        group.memberships.create(user=charlie)
    elif what == "group":
        make_group("another")
    else:
        change_settings(group=group, by=alice, name="Riverside Growers")
    assert client.get("/", headers={"if-none-match": etag}).status_code == 200


def test_a_group_taken_off_the_directory_is_gone_at_once(client: Client, group: Group, alice: User):
    make_group("other")
    etag = client.get("/")["ETag"]
    change_settings(group=group, by=alice, visibility=Visibility.UNLISTED)
    response = client.get("/", headers={"if-none-match": etag})
    assert names(response) == ["Other"]


def test_a_page_for_a_member_is_not_kept(signed_in: SignIn, bob: User):
    assert signed_in(bob).get("/")["Cache-Control"] == "private, no-store"


def test_an_archive_row_without_letters_is_no_letters(client: Client, group: Group):
    Archive.objects.create(group=group)
    assert b"no letters yet" in client.get("/").content
