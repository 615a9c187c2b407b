from xml.etree import ElementTree

import pytest

from archive.feed_tokens import token_for
from tests.builders import make_group, make_message, make_transfer

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def titles(response):
    return [entry.findtext(f"{ATOM}title") for entry in ElementTree.fromstring(response.content).iter(f"{ATOM}entry")]


def test_a_group_has_a_feed_of_its_latest_letters(client, group, django_assert_num_queries):
    first = make_message(group, subject="Pond")
    make_message(group, subject="Re: Pond", parent=first)
    with django_assert_num_queries(3):
        response = client.get("/g/gardeners/feed/")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert titles(response) == ["Re: Pond", "Pond"]
    assert b'ref="http://localhost:8000/g/gardeners/message/1/"' in response.content


def test_a_thread_has_a_feed_of_its_own(client, group):
    make_message(group, subject="This")
    make_message(group, subject="That")
    assert titles(client.get("/g/gardeners/topic/1/atom")) == ["This"]
    assert client.get("/g/gardeners/topic/9/atom").status_code == 404


def test_characters_that_xml_cannot_hold_do_no_harm(client, group):
    make_message(
        group, subject="bell \x07 and <b> & \ufffe", rendered="<p>\x0b\x0c</p>", sender='"\x1b[1m" <a@x.example>'
    )
    assert titles(client.get("/g/gardeners/feed/")) == ["bell \ufffd and <b> & \ufffd"]


def test_feeds_for_strangers_hold_no_address(client, group):
    make_message(group, subject="ask jun@river.example", sender='"me@home.example" <me@home.example>')
    page = client.get("/g/gardeners/feed/").content.decode()
    assert "river.example" not in page and "home.example" not in page


def test_pictures_in_a_feed_have_whole_addresses(client, group):
    make_message(group, rendered='<img src="part:1" alt="">', files=[("p.png", "image/png", b"x")])
    assert (
        b"http://localhost:8000/g/gardeners/message/1/attachment/1/picture" in client.get("/g/gardeners/feed/").content
    )


def test_hidden_and_staged_letters_are_in_no_feed(client, group):
    make_message(group, hidden=True)
    make_message(group, transfer=make_transfer(group, staged=True))
    assert titles(client.get("/g/gardeners/feed/")) == []


def test_an_archive_without_letters_has_a_valid_feed(client, db):
    make_group("fresh")
    response = client.get("/g/fresh/feed/")
    assert titles(response) == [] and b"<updated>1970-01-01T00:00:00Z</updated>" in response.content


def test_a_member_without_a_session_reads_by_token(client, bob, private_group):
    make_message(private_group, subject="Plan A")
    token = token_for(bob, private_group)
    response = client.get("/g/plans/feed/", {"token": token})
    assert titles(response) == ["Plan A"] and token.encode() not in response.content
    assert "private" in response["Cache-Control"] and not response.cookies


def test_without_a_good_token_the_feed_is_as_closed_as_the_page(
    client, bob, charlie, group, members_group, private_group
):
    make_message(private_group)
    tokens = ["", "nonsense", token_for(bob, group), token_for(bob, members_group), token_for(charlie, private_group)]
    for token in tokens:
        assert client.get("/g/plans/feed/", {"token": token}).status_code == 404


def test_a_new_password_ends_old_tokens(client, bob, private_group):
    make_message(private_group)
    token = token_for(bob, private_group)
    bob.set_password("another long password")
    bob.save()
    assert client.get("/g/plans/feed/", {"token": token}).status_code == 404


def test_a_token_ends_with_the_membership_and_the_account(client, bob, alice, private_group):
    make_message(private_group)
    bobs, alices = token_for(bob, private_group), token_for(alice, private_group)
    bob.memberships.all().delete()
    alice.is_active = False
    alice.save()
    for token in (bobs, alices):
        assert client.get("/g/plans/feed/", {"token": token}).status_code == 404


def test_a_token_opens_no_page(client, bob, private_group):
    make_message(private_group)
    assert client.get("/g/plans/topics/", {"token": token_for(bob, private_group)}).status_code == 404


def test_pages_of_a_private_group_name_the_readers_own_feed(signed_in, bob, private_group, client):
    make_message(private_group)
    page = signed_in(bob).get("/g/plans/topics/").content.decode()
    url = page.partition('type="application/atom+xml"')[2].partition('href="')[2].partition('"')[0]
    assert client.get(url.replace("&amp;", "&")).status_code == 200
