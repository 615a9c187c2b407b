"""Owners make webhooks, see what became of what they were told, and nobody else does."""

import re

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from groups.events import KNOWN, Happening, happened
from groups.hooks.models import Event, Hook, HookState, Sending, SendingState
from groups.models import Action, LogEntry, Membership, Right, Role
from scripts.catalogs import translated
from tests.builders import make_group, make_user
from tests.groups.hooks.test_sending import serve_all, told

pytestmark = pytest.mark.django_db

PAGE = "/g/gardeners/settings/hooks/"


@pytest.fixture
def browser(signed_in, alice):
    return signed_in(alice)


def test_an_owner_makes_one_sees_its_secret_once_and_tests_it(browser, group, there):
    made = browser.post(PAGE, {"url": there.url, "label": "Chat", "events": ["member.joined"]})
    hook = Hook.objects.get()
    assert hook.secret in made.content.decode()
    page = f"{PAGE}{hook.pk}/"
    assert hook.secret not in browser.get(page).content.decode() + browser.get(PAGE).content.decode()
    shown = browser.post(page, {"do": "test"}, follow=True)
    assert "hook.test" in shown.content.decode()
    serve_all()
    words = browser.get(page).content.decode()
    assert "taken, 200" in words and b'"type":"hook.test"' in there.got[0][1]
    assert LogEntry.objects.filter(action=Action.HOOK_CHANGED, by=hook.made_by).count() == 1


def test_what_it_can_be_told_stands_there_in_the_reader_s_language(browser, group):
    for language in translated():
        with translation.override(language):
            said = [str(words) for words in KNOWN.values()]
        page = browser.get(PAGE, headers={"accept-language": language}).content.decode()
        assert [words for words in said if escape(words) not in page] == []
    with translation.override("ar"):
        assert [str(words) for words in KNOWN.values() if str(words).isascii()] == []


def test_what_it_was_told_is_shown_with_the_answer_and_sent_again(browser, hook, group, there):
    there.code = 500
    told(group, about="Dora")
    serve_all()
    url = f"{PAGE}sent/{Sending.objects.get().pk}/"
    words = browser.get(url).content.decode()
    assert "It answered 500." in words and "thanks" in words and "Dora" in words
    Sending.objects.update(state=SendingState.FAILED)
    there.code = 200
    assert "sent again" in browser.post(url, follow=True).content.decode()
    serve_all()
    assert Sending.objects.get().state == SendingState.SENT and len(there.got) == 2


def test_a_new_secret_is_shown_once_and_the_old_one_ended(browser, hook):
    old, page = hook.secret, f"{PAGE}{hook.pk}/"
    words = browser.post(page, {"do": "rotate"}).content.decode()
    hook.refresh_from_db()
    assert hook.secret in words and hook.secrets == [hook.secret, old]
    browser.post(page, {"do": "end-old"})
    hook.refresh_from_db()
    assert hook.secrets == [hook.secret]


def test_it_is_changed_switched_off_and_on_and_deleted(browser, hook, group, there):
    page = f"{PAGE}{hook.pk}/"
    browser.post(page, {"do": "save", "url": there.url, "label": "New", "events": ["member.left"], "with_text": "on"})
    browser.post(page, {"do": "off"})
    told(group, "member.left")
    hook.refresh_from_db()
    assert (hook.label, hook.events, hook.with_text, hook.state) == ("New", ["member.left"], True, HookState.OFF)
    assert not Event.objects.exists()
    browser.post(page, {"do": "on"})
    told(group, "member.left")
    assert Event.objects.count() == 1
    browser.post(page, {"do": "nonsense"})
    browser.post(page, {"do": "delete"})
    assert not Hook.objects.exists() and not Sending.objects.exists()
    assert LogEntry.objects.filter(action=Action.HOOK_CHANGED).count() == 5


@pytest.mark.parametrize(
    "wrong", [{"url": "https://10.0.0.1/"}, {"url": "ftp://x.example/"}, {"events": []}, {"events": ["no.such"]}]
)
def test_what_cannot_be_is_refused_in_words_and_nothing_changes(browser, hook, wrong):
    given = {"do": "save", "url": hook.url, "events": ["member.left"], **wrong}
    for page in (f"{PAGE}{hook.pk}/", PAGE):
        assert "error" in browser.post(page, given).content.decode()
    assert Hook.objects.count() == 1 and Hook.objects.get().events == hook.events


def test_moderators_with_every_right_and_members_have_no_door_to_it(signed_in, hook, group, bob):
    told(group)
    urls = [PAGE, f"{PAGE}{hook.pk}/", f"{PAGE}sent/{Sending.objects.get().pk}/"]
    Membership.objects.filter(user=bob).update(role=Role.MODERATOR, rights=list(Right.values))
    for url in urls:
        assert signed_in(bob).post(url, {"do": "rotate"}).status_code == 403


def test_a_hook_of_another_group_is_not_found(browser, hook, group, alice):
    make_group("other", owner=alice)
    told(group)
    for url in (f"{hook.pk}/", f"sent/{Sending.objects.get().pk}/"):
        assert browser.get(f"/g/other/settings/hooks/{url}").status_code == 404
        assert signed_out_of_site(browser, url) == 403


def signed_out_of_site(browser, url):
    return browser.get(f"/site/hooks/{url}").status_code


def test_site_staff_make_one_for_every_group(signed_in, client, alice, group, there):
    assert client.get("/site/hooks/").status_code == 302
    assert signed_in(alice).get("/site/hooks/").status_code == 403
    staff = signed_in(make_user("Rita", is_superuser=True, is_staff=True))
    staff.post("/site/hooks/", {"url": there.url, "events": ["member.joined"]})
    hook = Hook.objects.get()
    assert hook.group is None
    told(group)
    serve_all()
    page = staff.get(f"/site/hooks/{hook.pk}/").content.decode()
    sent = re.search(r'href="(/site/hooks/sent/\d+/)"', page)[1]
    assert "gardeners" in staff.get(sent).content.decode()
    assert staff.post(f"/site/hooks/{hook.pk}/", {"do": "test"}, follow=True).status_code == 200


def test_the_log_is_paged_and_costs_the_same_however_long(browser, hook, group, django_assert_max_num_queries):
    with transaction.atomic():
        happened(*(Happening("member.joined", group, {"n": n}) for n in range(120)))
    url, seen = reverse("group-hook", args=[group.slug, hook.pk]), 0
    query = ""
    while True:
        with django_assert_max_num_queries(8):
            words = browser.get(url + query).content.decode()
        seen += words.count("data-key-item")
        found = re.search(r'rel="next" href="(\?before=[^"]+)"', words)
        if found is None:
            break
        query = found[1]
    assert seen == 120
