"""What search engines are told: sitemaps, canonical addresses, and what they are to leave alone."""

import re

import pytest
from django.test import Client

from groups.actions.groups import change_settings
from tests.builders import make_group, make_message, make_thread, make_transfer

pytestmark = pytest.mark.django_db
PAGES = ["", "topics/", "months/", "authors/", "attachments/", "message/1/", "topic/1/"]
CANONICAL = {"message/1/": "/g/gardeners/m/.+@.+/$"}  # by its Message-ID


def said(response) -> str:
    return b"".join(response).decode()


def addresses(client: Client) -> set[str]:
    """All that the sitemaps name, from robots.txt on."""
    robots = client.get("/robots.txt").content.decode()
    index = re.search(r"^Sitemap: http://[^/]+(/.*)$", robots, re.MULTILINE)
    assert index
    files = re.findall(r"<loc>https?://[^/]+(.*?)</loc>", client.get(index[1]).content.decode())
    return {path for file in files for path in re.findall(r"<loc>https?://[^/]+(.*?)</loc>", said(client.get(file)))}


def test_sitemaps_name_what_everybody_may_read_of_listed_groups(
    client: Client, group, members_group, private_group, alice
):
    make_group("unlisted", visibility="unlisted")
    make_group("shy", indexing=False)
    for each in (group, members_group, private_group):
        make_thread(each, 2)
    make_thread(group, 1, transfer=make_transfer(group, staged=True))
    change_settings(group=group, by=alice, guidelines="Be kind.")
    found = {path for path in addresses(client) if path.startswith("/g/")}
    assert found == {"/g/gardeners/", "/g/gardeners/guidelines/", "/g/gardeners/topic/1/", "/g/committee/"}
    assert "/c/music/" in addresses(client)


def test_they_say_when_something_changed_last_and_end_where_they_end(
    client: Client, group, django_assert_max_num_queries
):
    make_thread(group, 1)
    assert re.search(r"<lastmod>2026-03-\d\dT[\d:]+Z</lastmod>", said(client.get("/sitemap-topics-0.xml")))
    assert client.get("/sitemap-topics-7.xml").status_code == client.get("/sitemap-groups-7.xml").status_code == 404
    for _ in range(5):
        make_thread(group, 1)
    with django_assert_max_num_queries(2):
        said(client.get("/sitemap-topics-0.xml"))


def test_every_page_of_a_group_names_its_one_address_and_what_it_is(client: Client, group):
    make_message(group, subject="Plans & <plots>")
    for page in PAGES:
        found = client.get(f"/g/gardeners/{page}?utm_source=x").content.decode()
        canonical = re.findall(r'<link rel="canonical" href="([^"]*)">', found)
        assert len(canonical) == 1 and re.search(CANONICAL.get(page, f"/g/gardeners/{page}$"), canonical[0]), page
        assert 'property="og:title"' in found, page
    assert '<meta property="og:title" content="Plans &amp; &lt;plots&gt;">' in found
    assert (
        '<link rel="canonical" href="http://localhost:8000/c/music/">'
        in client.get("/c/music/?sort=new").content.decode()
    )


def test_a_group_may_say_no_and_everything_about_it_does(client: Client, group, alice):
    make_message(group, files=[("plan.txt", "text/plain", b"x")])
    for page in (*PAGES, "feed/", "badge.svg"):
        assert "X-Robots-Tag" not in client.get(f"/g/gardeners/{page}"), page
    change_settings(group=group, by=alice, indexing=False)
    for page in (*PAGES, "feed/", "message/1/raw", "badge.svg", "message/1/attachment/1/plan.txt"):
        response = client.get(f"/g/gardeners/{page}")
        assert response.get("X-Robots-Tag") == "noindex", (page, response.status_code)
    assert b'<meta name="robots" content="noindex">' in client.get("/g/gardeners/").content
    assert b"og:title" not in client.get("/g/gardeners/topics/").content


def test_unlisted_and_private_groups_are_never_for_them(client: Client, private_group, bob, signed_in):
    make_group("quiet", visibility="unlisted")
    assert client.get("/g/quiet/")["X-Robots-Tag"] == "noindex"
    assert signed_in(bob).get("/g/plans/")["X-Robots-Tag"] == "noindex"


def test_questions_to_the_directory_are_not_kept_and_not_followed(client: Client, group):
    page = client.get("/?sort=name").content.decode()
    assert '<meta name="robots" content="noindex, follow">' in page
    assert re.search(r'<a href="\?sort=new" rel="nofollow">', page)
