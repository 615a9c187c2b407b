import gzip
import sys
from xml.etree import ElementTree

import pytest

from archive.feed_tokens import token_for
from archive.models import Message
from archive.search import indexer
from groups.models import Membership
from tests.builders import make_message, make_thread

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def index(settings, tmp_path):
    """An index of its own; calling it indexes every letter there is."""
    settings.SEARCH_INDEX_DIR = tmp_path

    def bring_up_to_date():
        ids = Message.objects.values_list("pk", flat=True)
        indexer.enqueue(min(ids), max(ids))
        indexer.index_pending()

    return bring_up_to_date


def test_a_word_is_found_and_marked(client, group, index):
    make_message(group, subject="Quince jelly", body="Boil the quinces first.")
    index()
    page = client.get("/g/gardeners/search/?q=quince").content.decode()
    assert "1 letter" in page and "<mark>" in page
    assert 'href="/g/gardeners/m/letter-1@gardeners.example/"' in page


def test_letters_of_one_topic_stand_together(client, group, index):
    make_thread(group, 3, subject="Quince")
    index()
    page = client.get("/g/gardeners/search/?q=quince").content.decode()
    assert page.count("data-key-item") == 1 and "2 more in the same topic" in page


def test_everything_one_may_read_is_searched_at_once(client, signed_in, bob, group, private_group, index):
    make_message(group, subject="Quince for all")
    make_message(private_group, subject="Quince for members")
    index()
    stranger = client.get("/search/?q=quince").content.decode()
    member = signed_in(bob).get("/search/?q=quince").content.decode()
    assert "for all" in stranger and "for members" not in stranger
    assert "for all" in member and "for members" in member and "Secret Plans" in member


def test_facets_narrow_the_search(client, group, index):
    make_message(group, subject="Quince", sender="Jun Okafor <jun@river.example>")
    make_message(group, subject="Quince", sender="Ann Berg <ann@hill.example>")
    index()
    response = client.get("/g/gardeners/search/?q=quince&sort=date&facets=1")
    (authors,) = [choices for heading, choices in response.context["refinements"] if heading == "Author"]
    narrowed = client.get(f"/g/gardeners/search/{authors[0].href}")
    assert narrowed.context["found"].count == 1
    assert "sort=date" in authors[0].href and "river.example" not in response.content.decode()


def test_what_is_added_to_an_alternative_counts_for_both(client, group, index):
    make_message(group, subject="Quince", files=[("a.png", "image/png", b"x")])
    make_message(group, subject="Medlar")
    index()
    response = client.get("/g/gardeners/search/?q=quince OR medlar&facets=1")
    (files,) = [choices for heading, choices in response.context["refinements"] if heading == "Attachments"]
    assert client.get(f"/g/gardeners/search/{files[0].href}").context["found"].count == 1


@pytest.mark.parametrize(
    "typed", ['"quince', "(quince", "quince OR", "quince NOT", 'subject:"quince', "quince OR quince ("]
)
def test_a_query_left_open_can_be_narrowed(client, group, index, typed):
    make_message(group, subject="Quince", files=[("a.png", "image/png", b"x")])
    make_message(group, subject="Quince")
    index()
    response = client.get("/g/gardeners/search/", {"q": typed, "facets": "1"})
    (files,) = [choices for heading, choices in response.context["refinements"] if heading == "Attachments"]
    assert client.get(f"/g/gardeners/search/{files[0].href}").context["found"].count == files[0].count == 1


def test_facets_come_after_the_hits(client, group, index):
    make_message(group, subject="Quince", sender="Jun Okafor <jun@river.example>")
    make_message(group, subject="Quince", sender="Ann Berg <ann@hill.example>")
    index()
    for place in ("/g/gardeners/search/", "/search/"):
        page = client.get(f"{place}?q=quince")
        assert page.context["refinements"] == [] and "Narrow down" in page.content.decode()
        part = client.get(f"{place}{page.context['facets_at']}", headers={"HX-Request": "true"})
        assert "Jun Okafor" in part.content.decode() and "<html" not in part.content.decode()
        assert "facets=" not in part.content.decode() and part["Cache-Control"] == "private, no-store"
        whole = client.get(f"{place}{page.context['facets_at']}").content.decode()
        assert "Jun Okafor" in whole and "<html" in whole and "Narrow down" not in whole


def test_one_letter_cannot_be_narrowed(client, group, index):
    make_message(group, subject="Quince")
    index()
    assert "Narrow down" not in client.get("/search/?q=quince").content.decode()


def test_a_page_for_a_stranger_costs_few_queries(client, group, index, django_assert_max_num_queries):
    for _ in range(30):
        make_message(group, subject="Quince")
    index()
    client.get("/search/?q=quince")  # the languages in use are remembered
    with django_assert_max_num_queries(2):
        client.get("/g/gardeners/search/?q=quince")
    with django_assert_max_num_queries(3):
        client.get("/search/?q=quince")


def test_a_misspelling_is_corrected_on_asking(client, group, index):
    for _ in range(3):
        make_message(group, subject="Quince jelly")
    index()
    page = client.get("/g/gardeners/search/?q=quinse").content.decode()
    assert "Did you mean" in page and "q=quince" in page


def test_results_come_in_pages(client, group, index, monkeypatch):
    monkeypatch.setattr("archive.views.searching.HITS_A_PAGE", 2)
    for _ in range(3):
        make_message(group, subject="Quince")
    index()
    first = client.get("/g/gardeners/search/?q=quince&sort=oldest")
    second = client.get(f"/g/gardeners/search/{first.context['next']}")
    assert [hit.message.number for page in (first, second) for hit in page.context["found"].hits] == [1, 2, 3]
    assert not second.context["next"]


def test_without_an_index_the_database_answers_and_the_page_says_so(client, group):
    make_message(group, subject="Quince")
    page = client.get("/g/gardeners/search/?q=quince").content.decode()
    assert "The search index cannot be used" in page and "letter-1@" in page


@pytest.mark.parametrize(
    "query",
    ["", "?q=", "?q=(((", '?q="', "?q=from:", "?q=%00", "?q=date:9999-99", "?q=a&page=x&sort=y", "?q=" + "x" * 5000],
)
@pytest.mark.parametrize(
    "place",
    [
        "/g/gardeners/search/",
        "/search/",
        "/g/gardeners/search/feed/",
        "/search/feed/",
        "/g/gardeners/search/mbox",
        "/search/mbox",
    ],
)
def test_no_question_is_an_error(client, group, index, query, place):
    make_message(group)
    index()
    assert client.get(place + query).status_code == 200


def test_the_page_explains_how_to_ask(client, group):
    assert "date:2004-05..2005" in client.get("/g/gardeners/search/").content.decode()
    assert "in:gardeners" in client.get("/search/").content.decode()


def test_a_search_has_a_feed(client, group, index):
    make_message(group, subject="Quince")
    make_message(group, subject="Medlar")
    index()
    for place in ("/g/gardeners/search/feed/", "/search/feed/"):
        found = list(
            ElementTree.fromstring(client.get(f"{place}?q=quince").content).iter("{http://www.w3.org/2005/Atom}entry")
        )
        assert len(found) == 1


def test_a_search_of_a_private_group_is_fed_by_token(client, signed_in, bob, private_group, index):
    make_message(private_group, subject="Quince")
    index()
    address = signed_in(bob).get("/g/plans/search/?q=quince").context["feed"]
    assert b"Quince" in client.get(address).content
    assert client.get("/g/plans/search/feed/?q=quince").status_code == 404
    assert client.get("/g/plans/search/", {"q": "quince", "token": token_for(bob, private_group)}).status_code == 404


def test_what_was_found_can_be_taken_out(signed_in, bob, group, index):
    make_message(group, subject="Quince")
    make_message(group, subject="Medlar")
    index()
    response = signed_in(bob).get("/g/gardeners/search/mbox?q=quince")
    mbox = gzip.decompress(b"".join(response))
    assert b"Subject: Quince" in mbox and b"Medlar" not in mbox


def test_every_letter_found_can_be_taken_out(client, group, index, monkeypatch):
    monkeypatch.setattr(sys.modules["archive.search.matching"], "KEYS_AT_ONCE", 3)
    for _ in range(8):
        make_message(group, subject="Quince")
    index()
    mbox = gzip.decompress(b"".join(client.get("/g/gardeners/search/mbox?q=quince")))
    assert mbox.count(b"\nSubject: Quince") == 8


def test_what_was_found_in_all_groups_can_be_taken_out(client, signed_in, bob, group, private_group, index):
    make_message(group, subject="Quince for all")
    make_message(private_group, subject="Quince for members")
    index()
    stranger = gzip.decompress(b"".join(client.get("/search/mbox?q=quince")))
    member = gzip.decompress(b"".join(signed_in(bob).get("/search/mbox?q=quince")))
    assert b"for all" in stranger and b"for members" not in stranger and b"riverside.example" not in stranger
    assert b"for all" in member and b"for members" in member and b"marta@riverside.example" in member


def feed_of(signed_in, user):
    return signed_in(user).get("/search/?q=quince").context["feed"]


def test_a_search_of_all_groups_is_fed_by_token(client, signed_in, bob, group, private_group, index):
    make_message(group, subject="Quince for all")
    make_message(private_group, subject="Quince for members")
    index()
    address = feed_of(signed_in, bob)
    assert b"for members" in client.get(address).content and b"token" not in client.get(address).content
    assert b"for members" not in client.get("/search/feed/?q=quince").content
    assert client.get("/search/?q=quince").context["feed"] == "/search/feed/?q=quince"
    assert b"for members" not in client.get(address.replace("/search/feed/", "/search/")).content


def test_a_feed_shows_nothing_of_a_group_that_its_reader_has_left(client, signed_in, bob, private_group, index):
    make_message(private_group, subject="Quince")
    index()
    address = feed_of(signed_in, bob)
    Membership.objects.filter(user=bob).delete()
    assert b"<entry>" not in client.get(address).content


def test_a_feed_address_can_be_ended(client, signed_in, bob, private_group, index):
    make_message(private_group, subject="Quince")
    index()
    old = [feed_of(signed_in, bob), signed_in(bob).get("/g/plans/search/?q=quince").context["feed"]]
    assert signed_in(bob).post("/account/profile/feeds/").status_code == 302
    assert b"<entry>" not in client.get(old[0]).content
    assert client.get(old[1]).status_code == 404
    assert b"<entry>" in client.get(feed_of(signed_in, bob)).content


def test_a_token_opens_only_what_it_was_given_for(client, bob, private_group, index):
    make_message(private_group, subject="Quince")
    index()
    for token in (token_for(bob, private_group), "nonsense", ""):
        assert b"<entry>" not in client.get("/search/feed/", {"q": "quince", "token": token}).content
    everywhere = {"q": "quince", "token": token_for(bob, None)}
    assert client.get("/g/plans/search/feed/", everywhere).status_code == 404
    assert client.get("/g/plans/feed/", everywhere).status_code == 404
