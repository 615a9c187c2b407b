"""A group gets another name, and everything that named the old one goes on working."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError
from django.test import Client

from accounts.models import User
from archive.feed_tokens import token_for
from groups.actions.addresses import NameTaken, add_alias, remove_alias, rename
from groups.actions.groups import start_group
from groups.models import Action, Alias, Group
from tests.builders import make_message

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
URL = "/g/gardeners/settings/addresses/"


def test_old_links_lead_on_with_everything_behind_them(client: Client, alice: User, group: Group):
    letter = make_message(group)
    rename(group=group, by=alice, slug="growers")
    answer = client.get(f"/g/gardeners/topic/{letter.number}/?view=tree")
    assert (answer.status_code, answer["Location"]) == (301, f"/g/growers/topic/{letter.number}/?view=tree")
    assert answer["Cache-Control"] == "public, max-age=3600"  # or a browser would never find a name that came back
    assert client.get(answer["Location"]).status_code == 200


def test_a_form_that_was_open_is_still_sent(signed_in: SignIn, alice: User, bob: User, group: Group):
    rename(group=group, by=alice, slug="growers")
    answer = signed_in(bob).post("/g/gardeners/leave/")
    assert (answer.status_code, answer["Location"]) == (308, "/g/growers/leave/")


def test_it_costs_one_query_where_the_name_is_old_and_none_where_it_is_not(
    client: Client, alice: User, group: Group, django_assert_num_queries
):
    rename(group=group, by=alice, slug="growers")
    with django_assert_num_queries(2):
        client.get("/g/gardeners/topics/")


def test_the_old_name_of_a_private_group_tells_strangers_nothing(
    signed_in: SignIn, client: Client, alice: User, bob: User, private_group: Group
):
    rename(group=private_group, by=alice, slug="schemes")
    assert client.get("/g/plans/").status_code == 404
    answer = signed_in(bob).get("/g/plans/")
    assert (answer["Location"], answer["Cache-Control"]) == ("/g/schemes/", "private, no-store")


def test_a_private_feed_goes_on(client: Client, alice: User, bob: User, private_group: Group):
    make_message(private_group)
    url = f"/g/plans/feed/?token={token_for(bob, private_group)}"
    rename(group=private_group, by=alice, slug="schemes")
    answer = client.get(url, follow=True)
    assert answer.status_code == 200 and answer.redirect_chain[0][1] == 301


def test_a_name_once_used_is_never_given_to_another(signed_in: SignIn, alice: User, bob: User, group: Group):
    rename(group=group, by=alice, slug="growers")
    with pytest.raises(IntegrityError):
        start_group(by=bob, slug="gardeners", name="Impostors")
    page = signed_in(bob).post("/groups/new/", {"name": "Impostors", "slug": "gardeners"}).content.decode()
    assert "is or was the name of another group" in page
    group.delete()
    with pytest.raises(IntegrityError):
        start_group(by=bob, slug="gardeners", name="Impostors")


def test_a_made_name_is_none_that_was_used(signed_in: SignIn, alice: User, bob: User, group: Group):
    rename(group=group, by=alice, slug="growers")
    browser = signed_in(bob)
    browser.post("/groups/new/", {"name": "Gardeners", "slug": ""})
    assert browser.session["new-group"]["name"]["slug"] == "gardeners-2"


def test_a_group_takes_its_old_name_again(client: Client, alice: User, group: Group):
    rename(group=group, by=alice, slug="growers")
    rename(group=group, by=alice, slug="gardeners")
    assert client.get("/g/growers/")["Location"] == "/g/gardeners/"
    assert client.get("/g/gardeners/").status_code == 200
    assert [alias.slug for alias in Alias.objects.all()] == ["growers"]


def test_a_name_can_be_added_and_taken_away_but_not_by_others_afterwards(signed_in: SignIn, alice: User, group: Group):
    browser = signed_in(alice)
    browser.post(URL, {"do": "add", "other-slug": "growers"})
    assert Client().get("/g/growers/")["Location"] == "/g/gardeners/"
    browser.post(URL, {"remove": Alias.objects.get().pk})
    assert Client().get("/g/growers/").status_code == 404
    with pytest.raises(IntegrityError):
        start_group(by=alice, slug="growers", name="Others")
    assert group.log.filter(action=Action.ALIAS_CHANGED).count() == 2


def test_a_former_name_cannot_be_taken_away(alice: User, group: Group):
    rename(group=group, by=alice, slug="growers")
    assert remove_alias(group=group, by=alice, pk=Alias.objects.get().pk) is None


@pytest.mark.parametrize("slug", ["gardeners", "committee", "postmaster", "a b", "-x", "x" * 64])
def test_names_that_are_taken_or_none_are_refused(alice: User, group: Group, members_group: Group, slug: str):
    with pytest.raises(NameTaken):
        add_alias(group=group, by=alice, slug=slug)
    assert rename(group=group, by=alice, slug="gardeners") is False


def test_an_owner_renames_on_the_page_and_the_log_tells(signed_in: SignIn, alice: User, group: Group):
    answer = signed_in(alice).post(URL, {"do": "rename", "slug": " Growers "})
    assert answer["Location"] == "/g/growers/settings/addresses/"
    assert group.log.get(action=Action.RENAMED).details == {"short name": ["gardeners", "growers"]}


def test_moderators_do_not_rename(signed_in: SignIn, bob: User, group: Group):
    group.memberships.filter(user=bob).update(role="moderator", rights=["settings"])
    assert signed_in(bob).post(URL, {"do": "rename", "slug": "stolen"}).status_code == 403
