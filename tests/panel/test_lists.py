"""Every list of the panel: never counted, never jumped through, searched through an index, the same few queries however long."""

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from groups.models import Membership
from tests.builders import make_group, make_operator, make_user

pytestmark = pytest.mark.django_db

LISTS = list(admin.site._registry)


def where(model) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


def test_no_list_counts_or_jumps(signed_in, group):
    panel = signed_in(make_operator())
    for model in LISTS:
        with CaptureQueriesContext(connection) as asked:
            assert panel.get(where(model)).status_code == 200, model
            for words in ("bob@example.org", "gardeners", "12", "9" * 30, "\0'\"%"):
                assert panel.get(where(model), {"q": words}).status_code == 200, (model, words)
        table = f'"{model._meta.db_table}"'
        bad = [sql for sql in (query["sql"] for query in asked) if table in sql and re.search(r"OFFSET|LIKE '%", sql)]
        counts = [
            sql for sql in (query["sql"] for query in asked) if "COUNT(" in sql and table in sql and "LIMIT" not in sql
        ]
        assert not bad and not counts, model


def test_a_person_is_found_by_the_beginning_of_their_address(signed_in, bob, alice):
    page = signed_in(make_operator()).get("/admin/accounts/user/", {"q": "Bob@"}).content.decode()
    assert "bob@example.org" in page and "alice@example.org" not in page


def test_pages_follow_one_another_without_a_gap(signed_in):
    panel = signed_in(make_operator())
    User.objects.bulk_create(User(email=f"p{number:03}@example.org") for number in range(120))
    seen: list[str] = []
    query = ""
    for _ in range(4):
        page = panel.get(f"/admin/accounts/user/{query}").content.decode()
        seen += re.findall(r"p\d{3}@example\.org", page)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        query = found[1].replace("&amp;", "&") if found else query
    assert sorted(set(seen)) == [f"p{number:03}@example.org" for number in range(120)]


def test_memberships_are_found_by_person_and_by_group_and_never_deleted_by_hand(signed_in, group, bob):
    panel = signed_in(make_operator())
    other = make_group("other", owner=make_user("Zoe"))
    for words in (bob.email, group.slug):
        page = panel.get("/admin/groups/membership/", {"q": words}).content.decode()
        assert "bob@example.org" in page or "Bob Member" in page
        assert other.name not in page
    pk = Membership.objects.get(user=bob).pk
    assert panel.post(f"/admin/groups/membership/{pk}/delete/", {"post": "yes"}).status_code == 403
    assert panel.post("/admin/groups/membership/", {"action": "delete_selected", "_selected_action": [pk]}).status_code
    assert Membership.objects.filter(pk=pk).exists()
    assert "delete_selected" not in panel.get("/admin/groups/membership/").content.decode()


def test_filters_that_no_list_offers_are_refused(signed_in, group):
    panel = signed_in(make_operator())
    assert panel.get("/admin/groups/membership/", {"user__password__startswith": "x"}).status_code == 400
    for standing in ("suspended", "closed", "staff"):
        assert panel.get("/admin/accounts/user/", {"standing": standing}).status_code == 200
    assert panel.get("/admin/groups/group/", {"down": "yes"}).status_code == 200
    for state in ("queued", "deferred", "sending", "nonsense"):
        assert panel.get("/admin/mail/delivery/", {"state": state}).status_code == 200
    assert panel.get("/admin/mail/inbound/", {"state": "failed"}).status_code == 200


def test_words_of_rows_are_text_and_never_markup(signed_in, group):
    make_user("<b>Mallory</b>", email="mallory@example.org")
    group.name = '<script src="x">"&'
    group.save()
    panel = signed_in(make_operator())
    page = panel.get("/admin/accounts/user/").content.decode()
    assert "&lt;b&gt;Mallory&lt;/b&gt;" in page and "<b>Mallory" not in page
    page = panel.get("/admin/groups/membership/").content.decode()
    assert "&lt;script src=&quot;x&quot;&gt;&quot;&amp;" in page and '<script src="x">' not in page


def test_longer_lists_ask_no_more(signed_in, group):
    panel = signed_in(make_operator())
    panel.get("/admin/groups/membership/")
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            page = panel.get("/admin/groups/membership/").content.decode()
        asked.append((len(queries), page.count("data-label=")))
        Membership.objects.bulk_create(
            Membership(group=group, user=make_user("Person", email=f"p{len(asked)}-{number}@example.org"))
            for number in range(30)
        )
    (few, rows), (many, more_rows) = asked
    assert few == many and more_rows > 5 * rows


def test_the_sidebar_says_where_one_is_and_what_one_may(signed_in):
    panel = signed_in(make_operator())
    page = panel.get("/admin/groups/group/").content.decode()
    here = re.findall(r'<a href="([^"]+)"[^>]* aria-current="page">', page)
    assert here == ["/admin/groups/group/"]
    assert '<a href="/admin/where/"' in page and '<a href="/admin/mail/delivery/"' in page
    helper = make_operator("Hanna Helper", is_superuser=False)
    page = signed_in(helper).get("/admin/").content.decode()
    assert '<a href="/admin/mail/delivery/"' not in page
