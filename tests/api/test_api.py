"""What programs meet: lists, problems, limits, tokens, letters written, and what a token may not."""

import json
import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import password_changed
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.actions.suspending import suspend
from accounts.switches.actions import turn
from accounts.tokens.actions import make_token as make_real_token
from accounts.tokens.models import Token
from archive.models import Message
from groups.actions.takedown import take_down
from groups.models import Group, Membership
from mail.models import Inbound
from tests.api.callers import Caller
from tests.builders import make_group, make_message, make_thread, make_user
from tests.groups.polls.builders import make_poll

pytestmark = pytest.mark.django_db


def confirmed(user):
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def test_a_list_is_walked_by_its_links_and_each_letter_is_met_once(group):
    make_thread(group, 5)
    met, url = [], "/groups/gardeners/messages?limit=2"
    while url:
        answer = Caller(None).get(url.replace("http://localhost:8000", ""))
        met += [each["number"] for each in answer.json()["items"]]
        url = answer.json()["next"]
        assert ('rel="next"' in answer.headers.get("Link", "")) == bool(url)
    assert met == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("cursor", ["x", "YmVmb3JlPTE.x", "é.é", "a" * 1500, "%00"])
def test_a_cursor_that_is_not_ours_is_refused_with_a_sentence(group, cursor):
    answer = Caller(None).get(f"/groups/gardeners/messages?cursor={cursor}")
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"].endswith(".")


def test_lists_ask_as_many_questions_for_a_hundred_rows_as_for_two(group, alice, django_assert_max_num_queries):
    make_thread(group, 30)
    for place in range(30):
        Membership.objects.create(group=group, user=make_user(f"P{place}", email=f"p{place}@example.org"))
    caller = Caller(alice)
    lists = ("topics", "messages", "topics/1/messages", "attachments", "members", "invitations", "moderation", "log")
    for path in (*(f"/groups/gardeners/{each}" for each in lists), "/groups", "/me/groups", "/moderation"):
        with django_assert_max_num_queries(9):
            assert caller.get(f"{path}?limit=100").status_code == 200, path


def test_who_has_these_bytes_is_sent_none(group):
    make_message(group)
    first = Caller(None).get("/groups/gardeners/topics")
    again = Caller(None).get("/groups/gardeners/topics", **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_head_options_and_wrong_methods(group):
    head = Caller(None).ask("HEAD", "/groups/gardeners")
    options = Caller(None).ask("OPTIONS", "/groups/gardeners")
    wrong = Caller(None).ask("DELETE", "/groups/gardeners")
    assert (head.status_code, head.content) == (200, b"")
    assert (options.status_code, options["Allow"]) == (204, "GET, HEAD, OPTIONS")
    assert (wrong.status_code, wrong["Content-Type"]) == (405, "application/problem+json")


def test_no_other_origin_may_read(group, signed_in, bob):
    browser = signed_in(bob)
    answer = browser.get("/api/v1/me", headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 401
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert browser.get("/api/v1/me").json()["email"] == bob.email


def test_a_cookie_changes_nothing(group, signed_in, bob):
    answer = signed_in(bob).delete("/api/v1/groups/gardeners/membership")
    assert answer.status_code == 401
    assert Membership.objects.filter(user=bob).exists()


def test_a_token_does_what_its_scopes_say_and_in_its_groups_alone(group, members_group, bob):
    scoped = Caller(bob, scopes=["messages:read"], only_groups=[group.pk])
    assert scoped.get("/groups/gardeners/topics").status_code == 200
    refused = scoped.get("/groups/gardeners/members")
    assert refused.status_code == 403 and "insufficient_scope" in refused["WWW-Authenticate"]
    assert scoped.get("/groups/committee/topics").status_code == 403
    assert scoped.get("/search?q=seed").status_code == 403


def test_a_token_limited_to_one_group_learns_nothing_of_a_private_other(group, private_group, charlie):
    limited = Caller(charlie, only_groups=[group.pk])
    assert limited.get("/groups/plans").status_code == limited.get("/groups/plnas").status_code == 404


@pytest.mark.parametrize("end", ["ended", "too old", "closed", "suspended", "password"])
def test_a_token_ends_at_once(group, bob, end):
    caller = Caller(bob)
    assert caller.get("/me").status_code == 200
    if end == "ended":
        Token.objects.update(ended_at=timezone.now())
    elif end == "too old":
        Token.objects.update(expires_at=timezone.now())
    elif end == "closed":
        type(bob).objects.filter(pk=bob.pk).update(is_active=False)
    elif end == "suspended":
        suspend(user=bob, by=None, because="Spam.")
    else:
        password_changed.send(type(bob), request=None, user=bob)
    answer = caller.get("/me")
    assert answer.status_code == 401 and "invalid_token" in answer["WWW-Authenticate"]


def test_so_many_requests_and_no_more(group, settings):
    settings.API_REQUESTS_A_MINUTE_OF_STRANGERS = 2
    answers = [Caller(None).get("/groups") for _ in range(5)]
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert '"address";r=0' in answers[-1]["RateLimit"]


def test_a_letter_with_a_file_is_published_as_by_the_form(group, bob):
    body = {"subject": "Seeds", "text": "A list.", "attachments": [{"filename": "a.txt", "content": "QmVhbnM="}]}
    once = {"Idempotency-Key": "a" * 24}
    first, again = (
        Caller(confirmed(bob) if not place else bob).post("/groups/gardeners/posts", body, **once) for place in (0, 1)
    )
    assert first.status_code == 201, first.content
    assert again.json()["id"] == first.json()["id"]
    letter = Message.objects.get()
    assert (letter.subject, letter.attachment_count, letter.from_address) == ("Seeds", 1, bob.email)


def test_a_strangers_letter_waits_and_says_so(group, charlie):
    answer = Caller(confirmed(charlie)).post("/groups/gardeners/posts", {"subject": "Hi", "text": "Hello."})
    assert (answer.status_code, answer.json()["state"]) == (202, "held")
    assert answer.json()["detail"] == Inbound.objects.get().reason


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"subject": "a\\u0000", "text": "x"}', 422),
        ('{"subject": "a\\ud800", "text": "x"}', 422),
        ('{"subject": "a"', 400),
        ("[" * 100_000, 400),
        ('{"subject": "a", "text": "x", "attachments": [{"filename": "a", "content": "é"}]}', 422),
    ],
)
def test_odd_bodies_get_a_sentence(group, bob, body, status):
    caller = Caller(confirmed(bob))
    headers = {"Authorization": f"Bearer {caller.token}"}
    answer = caller.client.post(
        "/api/v1/groups/gardeners/posts", body, content_type="application/json", headers=headers
    )
    assert answer.status_code == status
    assert answer.json()["detail"].endswith(".")
    form = caller.client.post("/api/v1/groups/gardeners/posts", {"subject": "a"}, headers=headers)
    assert form.status_code == 415


def test_settings_keep_the_rules_of_their_pages(group, alice):
    caller = Caller(alice)
    private = caller.ask("PATCH", "/groups/gardeners/settings", {"visibility": "private"})
    assert private.status_code == 422 and private.json()["errors"][0]["where"] == "body.archive_access"
    both = caller.ask("PATCH", "/groups/gardeners/settings", {"visibility": "private", "archive_access": "members"})
    assert both.status_code == 200
    assert Group.objects.get(slug="gardeners").summary == group.summary


def test_an_old_name_leads_on(group, alice):
    from groups.actions.addresses import rename

    rename(group=group, by=alice, slug="growers")
    answer = Caller(None).get("/groups/gardeners/topics?limit=5")
    assert (answer.status_code, answer["Location"]) == (301, "/api/v1/groups/growers/topics?limit=5")


def test_a_group_that_was_taken_down_is_gone(group, alice, bob):
    take_down(group=group, by=alice, because="Spam.")
    for path in ("/groups/gardeners", "/groups/gardeners/topics", "/groups/gardeners/polls"):
        answer = Caller(bob).get(path)
        assert (answer.status_code, answer["Content-Type"]) == (410, "application/problem+json"), path
        assert "was taken down by the people who run this site." in answer.json()["detail"]


def test_what_is_switched_off_says_so_as_on_the_pages(group, alice, bob):
    turn("read_only", True, by=alice, said="The disk is changed at ten.")
    refused = Caller(confirmed(bob)).post("/groups/gardeners/posts", {"subject": "Seeds", "text": "Forty."})
    assert (refused.status_code, refused["Retry-After"]) == (503, "600")
    assert refused.json()["detail"].startswith("This site is read-only at the moment")
    assert Caller(bob).get("/groups/gardeners").status_code == 200
    turn("api", False, by=alice)
    shut = Caller(bob).get("/groups/gardeners")
    assert (shut.status_code, shut.json()["detail"]) == (403, "The API is switched off.")


def test_a_token_is_made_on_a_page_shown_once_and_told_by_mail(signed_in, bob, group):
    browser = signed_in(bob)
    page = browser.post(
        "/account/tokens/", {"name": "mirror", "scopes": ["messages:read"], "groups": [group.pk], "lasts": "30"}
    )
    text = re.search(r'value="(ph_\w+)"', page.content.decode())[1]
    assert Caller(None, token=text).get("/groups/gardeners/topics").status_code == 200
    assert text not in browser.get("/account/tokens/").content.decode()
    assert len(mail.outbox) == 1 and text not in mail.outbox[0].body
    browser.post(f"/account/tokens/{Token.objects.get().pk}/end/")
    assert Caller(None, token=text).get("/groups/gardeners/topics").status_code == 401


def test_nobody_ends_the_token_of_another(signed_in, bob, charlie):
    token, _ = make_real_token(user=bob, name="mine", scopes=["messages:read"])
    assert signed_in(charlie).post(f"/account/tokens/{token.pk}/end/").status_code == 404


def test_the_documentation_page_is_drawn_from_our_own_files(client: Client):
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    loaded = re.findall(r'<(?:script|link)\b[^>]*? (?:src|href)="([^"]+)"', page.content.decode())
    assert len(loaded) > 3 and all(url.startswith("/static/") for url in loaded)
    assert json.loads(client.get("/api/v1/openapi.json").content)["openapi"].startswith("3.")


def test_the_examples_of_the_documentation_work(group, bob, alice):
    make_thread(group, 3)
    make_poll(group, alice, kind="schulze")
    caller = Caller(confirmed(bob))
    text = (Path(__file__).parents[2] / "docs/api.md").read_text().replace("\\\n", " ")
    lines = [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    assert len(lines) > 8
    for line in lines:
        words = shlex.split(line)[1:]
        url = next(word for word in words if word.startswith("https://")).removeprefix("https://groups.example")
        given = dict(pairwise(words))
        method = given.get("-X", "GET")
        key = re.search(r"Idempotency-Key: (\S+?)\"", line)
        headers = {"Idempotency-Key": key[1]} if key else {}
        body = json.loads(given["-d"]) if "-d" in given else None
        answer = (caller if "$TOKEN" in line else Caller(None)).ask(method, url, body, **headers)
        assert answer.status_code in (200, 201), (line, answer.content)


def test_the_group_may_be_unlisted_from_the_directory(alice):
    make_group("hidden-one", owner=alice, visibility="unlisted")
    assert Caller(None).get("/groups/hidden-one").status_code == 200
    assert Caller(None).get("/groups?q=hidden").json()["items"] == []
