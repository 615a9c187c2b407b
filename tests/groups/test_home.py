"""A group's home, for strangers, members and owners, with and without letters."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from groups.actions.groups import change_settings
from groups.models import ArchiveAccess, Group
from tests.builders import make_group, make_message, make_thread

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.mark.parametrize(
    ("slug", "anonymous", "charlie_sees", "bob_sees"),
    [("gardeners", 200, 200, 200), ("committee", 200, 200, 200), ("plans", 404, 404, 200)],
)
def test_who_may_come_in(
    signed_in: SignIn, request: pytest.FixtureRequest, slug: str, anonymous: int, charlie_sees: int, bob_sees: int
):
    for name in ("group", "members_group", "private_group"):
        request.getfixturevalue(name)
    people = [request.getfixturevalue(name) for name in ("charlie", "bob")]
    seen = [client.get(f"/g/{slug}/").status_code for client in (Client(), *map(signed_in, people))]
    assert seen == [anonymous, charlie_sees, bob_sees]


def test_recent_threads_stand_on_it(client: Client, group: Group):
    make_thread(group, 3, subject="Blight on the lower plots")
    assert b"Blight on the lower plots" in client.get("/g/gardeners/").content


def test_the_letters_of_a_members_group_are_not_told_to_strangers(client: Client, members_group: Group):
    make_thread(members_group, 3, subject="Budget for the shed")
    page = client.get("/g/committee/").content
    assert b"Budget for the shed" not in page
    assert b"Only members may read the letters" in page
    assert b"/account/login/?next=/g/committee/" in page


def test_somebody_signed_in_who_is_no_member_is_told_whom_to_ask(
    signed_in: SignIn, charlie: User, members_group: Group
):
    make_message(members_group)
    page = signed_in(charlie).get("/g/committee/").content
    assert b"Its owners can add you" in page


def test_a_member_reads_there(signed_in: SignIn, bob: User, members_group: Group):
    make_thread(members_group, 3, subject="Budget for the shed")
    assert b"Budget for the shed" in signed_in(bob).get("/g/committee/").content


def test_an_owner_of_an_empty_group_is_pointed_to_the_import(signed_in: SignIn, alice: User, group: Group):
    page = signed_in(alice).get("/g/gardeners/").content
    assert b"Bring letters in" in page


def test_others_are_not(signed_in: SignIn, bob: User, group: Group):
    page = signed_in(bob).get("/g/gardeners/").content
    assert b"No letters yet" in page
    assert b"/g/gardeners/import/" not in page


def test_the_description_is_rendered(client: Client, group: Group, alice: User):
    change_settings(group=group, by=alice, description="We garden *together*.\n\n<script>alert(1)</script>")
    page = client.get("/g/gardeners/").content
    assert b"<em>together</em>" in page
    assert b"<script>alert" not in page


def test_there_is_one_heading_of_the_first_rank(client: Client, group: Group, alice: User):
    change_settings(group=group, by=alice, description="# Welcome")
    assert client.get("/g/gardeners/").content.count(b"<h1") == 1


def test_numbers_of_a_group(client: Client, group: Group):
    make_thread(group, 3)
    page = client.get("/g/gardeners/").content.decode()
    assert "3 letters in 1 topic" in page
    assert "2 members" in page
    assert "since March 2026" in page


def test_only_listed_groups_are_for_search_engines(client: Client):
    make_group("open")
    make_group("quiet", visibility="unlisted")
    assert b'content="noindex"' not in client.get("/g/open/").content
    assert b'content="noindex"' in client.get("/g/quiet/").content


def test_a_stranger_costs_three_queries(client: Client, group: Group):
    for _ in range(9):
        make_thread(group, 2)
    with CaptureQueriesContext(connection) as queries:
        client.get("/g/gardeners/")
    assert len(queries) <= 3


def test_a_304_costs_two(client: Client, group: Group):
    make_message(group)
    etag = client.get("/g/gardeners/")["ETag"]
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/g/gardeners/", headers={"if-none-match": etag})
    assert (response.status_code, len(queries)) == (304, 2)


def test_a_stranger_gets_no_cookie(client: Client, group: Group):
    make_message(group)
    response = client.get("/g/gardeners/")
    assert not response.cookies
    assert response["Last-Modified"]


def test_closing_the_archive_counts_at_once(client: Client, group: Group, alice: User):
    make_message(group, subject="Budget for the shed")
    etag = client.get("/g/gardeners/")["ETag"]
    change_settings(group=group, by=alice, archive_access=ArchiveAccess.MEMBERS)
    response = client.get("/g/gardeners/", headers={"if-none-match": etag})
    assert response.status_code == 200
    assert b"Budget for the shed" not in response.content


def test_posting_to_it_is_no_way(client: Client, group: Group):
    assert client.post("/g/gardeners/").status_code == 405


@pytest.mark.parametrize("slug", ["%00", "gardeners%00", "%ff", "GARDENERS", "..", "gardeners%2F..", "x" * 3000])
def test_an_odd_address_is_no_group(client: Client, group: Group, slug: str):
    assert client.get(f"/g/{slug}/").status_code == 404
