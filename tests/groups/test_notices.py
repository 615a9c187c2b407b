"""Notices in a group's own words."""

from collections.abc import Callable

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils.translation import get_language, override

from accounts.models import User
from common import notices
from common.notices import house_words
from groups.actions.notices import make_usual, save_words
from groups.models import Action, Group, JoinRequest, NoticeWords, Right, Role
from groups.notices import HOUSE, KINDS, variants_of
from groups.notices.kinds import in_use
from groups.notices.words import house_draft, problems_in
from groups.views import notices as views
from mail.commands.inviting import tell_expired
from mail.commands.members import remove, write_to

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
URL = "/g/gardeners/settings/notices/"
WELCOME = {
    "label": "Warm",
    "subject": "Hello from {group}",
    "body": "Hi,\n\n**read** [our page]({home})\nor {leave_link}",
}
ABOUT = {"leave_link": "https://x.example/leave?a=1&b=2", "delivery": "Every letter"}


def save(group: Group, by: User, notice: str = "welcome", **words: str) -> NoticeWords:
    return save_words(group=group, by=by, notice=notice, **{**WELCOME, **words})


def send(group: Group, name: str = "welcome", **more):
    notices.send(name, "bob@example.org", {"group": group, **ABOUT}, **more)
    return outbox.outbox[-1]


def test_a_group_without_words_of_its_own_speaks_the_houses(group: Group):
    assert send(group).subject == "Welcome to Riverside Gardeners"


def test_the_usual_words_go_out_as_text_and_html(alice: User, group: Group):
    save(group, alice)
    letter = send(group)
    assert letter.subject == "Hello from Riverside Gardeners"
    assert letter.body.endswith("or https://x.example/leave?a=1&b=2")
    html = letter.alternatives[0].content
    assert "<strong>read</strong>" in html and f'href="{group.get_absolute_url()}' not in html
    assert '/g/gardeners/"' in html and 'href="https://x.example/leave?a=1&amp;b=2"' in html


def test_a_variant_can_be_chosen_when_it_is_sent(alice: User, group: Group):
    save(group, alice)
    other = save(group, alice, label="Short", subject="Hi", body="Hi {group}")
    assert [(each.label, each.is_usual) for each in variants_of(group, "welcome")] == [
        ("Warm", True), ("The house’s words", False), ("Short", False),
    ]  # fmt: skip
    assert send(group, variant=str(other.pk)).subject == "Hi"
    assert send(group, variant=HOUSE).subject == "Welcome to Riverside Gardeners"
    assert send(group, variant="999").subject == "Hello from Riverside Gardeners"  # deleted meanwhile


def test_the_words_of_another_group_are_never_sent(alice: User, group: Group):
    other = Group.objects.create(slug="other", name="Other")
    theirs = save(other, alice)
    assert send(group, variant=str(theirs.pk)).subject == "Welcome to Riverside Gardeners"


def test_what_values_hold_is_neither_markup_nor_a_placeholder(alice: User, group: Group):
    save(group, alice, notice="refused", subject="No", body="{reason}")
    context = {"group": group, "reason": "<script>alert(1)</script> {group} **bold**"}
    notices.send("refused", "bob@example.org", context)
    letter = outbox.outbox[0]
    assert letter.body == context["reason"]
    assert "<script>" not in letter.alternatives[0].content and "<strong>" not in letter.alternatives[0].content


def test_markup_that_an_owner_writes_cannot_live(alice: User, group: Group):
    save(group, alice, body="<script>alert(1)</script>[x](javascript:alert(1)) {leave_link}")
    html = send(group).alternatives[0].content
    assert "<script>" not in html and 'href="javascript' not in html


@pytest.mark.parametrize("name", KINDS)
def test_the_houses_words_make_a_draft_that_holds_its_own_rules(name: str):
    if not in_use(name):
        pytest.skip("the house does not send it yet")
    draft = house_draft(name)
    assert problems_in(KINDS[name], draft.subject, draft.text) == []
    assert draft.subject and "{group}" in draft.subject + draft.text


def test_a_wrong_placeholder_is_told_by_name(signed_in: SignIn, alice: User, group: Group):
    page = signed_in(alice).post(f"{URL}welcome/new/", {**WELCOME, "body": "Hi {nmae}"}).content.decode()
    assert "“{nmae}” means nothing in this mail." in page
    assert not NoticeWords.objects.exists()


def test_a_mail_that_must_be_confirmed_keeps_its_link(signed_in: SignIn, alice: User, group: Group):
    page = signed_in(alice).post(f"{URL}confirm/new/", {**WELCOME, "body": "Hi {group}"}).content.decode()
    assert "“{yes_link}” is missing" in page


def test_a_preview_shows_the_mail_and_keeps_nothing(signed_in: SignIn, alice: User, group: Group):
    page = signed_in(alice).post(f"{URL}welcome/new/", {**WELCOME, "preview": "1"}).content.decode()
    assert "Hello from Riverside Gardeners" in page and "<strong>read</strong>" in page
    assert not NoticeWords.objects.exists()


def test_words_are_written_changed_chosen_and_deleted_and_the_log_tells(signed_in: SignIn, alice: User, group: Group):
    browser = signed_in(alice)
    browser.post(f"{URL}welcome/new/", {**WELCOME, "save": "1"})
    words = NoticeWords.objects.get()
    browser.post(f"{URL}welcome/{words.pk}/", {**WELCOME, "subject": "Hello", "save": "1"})
    assert send(group).subject == "Hello"
    browser.post(f"{URL}welcome/choose/", {"usual": "0"})
    assert send(group).subject == "Welcome to Riverside Gardeners"
    browser.post(f"{URL}welcome/choose/", {"drop": words.pk})
    assert not NoticeWords.objects.exists()
    lines = group.log.filter(action=Action.NOTICE_CHANGED).order_by("pk")
    assert [line.about_name for line in lines] == [
        "Welcome: Warm", "Welcome: Warm", "Welcome: usual is the house’s words", "Welcome: Warm",
    ]  # fmt: skip
    assert lines[1].details == {"subject": ["Hello from {group}", "Hello"]}


def test_two_variants_of_one_name_are_refused(signed_in: SignIn, alice: User, group: Group):
    save(group, alice)
    page = signed_in(alice).post(f"{URL}welcome/new/", {**WELCOME, "save": "1"}).content.decode()
    assert "There is a variant of this name already." in page


def test_one_variant_is_the_usual_one(alice: User, group: Group):
    first, second = save(group, alice), save(group, alice, label="Short")
    make_usual(group=group, by=alice, notice="welcome", words=second)
    first.refresh_from_db()
    assert (first.is_usual, NoticeWords.objects.get(is_usual=True)) == (False, second)


@pytest.mark.parametrize("path", ["", "welcome/", "welcome/new/"])
def test_it_takes_the_right_for_it(
    signed_in: SignIn, bob: User, group: Group, path: str, django_assert_max_num_queries
):
    mine = group.memberships.filter(user=bob)
    browser = signed_in(bob)
    mine.update(role=Role.MODERATOR, rights=[Right.SETTINGS])
    assert browser.get(URL + path).status_code == 403
    mine.update(rights=[Right.NOTICES])
    with django_assert_max_num_queries(8):
        assert browser.get(URL + path).status_code == 200
    assert browser.get("/g/gardeners/settings/").status_code == 200


@pytest.mark.parametrize("path", ["nothing/", "held_for_moderators/", "welcome/99/", "welcome/99999999999999999999/"])
def test_notices_that_are_none_are_not_found(signed_in: SignIn, alice: User, group: Group, path: str):
    assert signed_in(alice).get(URL + path).status_code == 404


def test_a_group_words_what_its_banned_expired_and_written_to_members_read(group, alice, bob, settings):
    for name, body in (
        ("banned", "Out: {reason}"),
        ("request_expired", "{days} days: {again}"),
        ("from_moderator", "{text} ({by})"),
    ):
        subject = "{title}" if name == "from_moderator" else "Ours"
        assert problems_in(KINDS[name], subject, body) == []
        NoticeWords.objects.create(group=group, notice=name, label="Ours", subject=subject, body=body, is_usual=True)
    assert "title" in problems_in(KINDS["from_moderator"], "Ours", "{text}")[0]
    membership = group.memberships.get(user=bob)
    write_to(group, [membership], by=alice, subject="The shed", text="Who has the key?")
    remove(membership, by=alice, words="Advertisements", notice="banned")
    tell_expired(JoinRequest(group=group, address="ann@example.org"))
    written, banned, expired = outbox.outbox
    assert (written.subject, written.body.strip()) == ("The shed", f"Who has the key? ({alice})")
    assert banned.body.strip() == "Out: Advertisements"
    assert expired.body.strip() == f"{group.wait_days} days: {settings.SITE_URL}/g/gardeners/join/"


def test_a_draft_is_in_the_language_of_the_group(signed_in: SignIn, alice: User, group: Group, monkeypatch):
    """Not in that of whoever writes it: its readers are the group's."""
    Group.objects.filter(pk=group.pk).update(language="de")
    spoken = []
    monkeypatch.setattr(views, "house_draft", lambda name: spoken.append(get_language()) or house_draft(name))
    monkeypatch.setattr(views, "house_words", lambda *about: spoken.append(get_language()) or house_words(*about))
    browser = signed_in(alice)
    for path in ("welcome/", "welcome/new/"):
        assert browser.get(URL + path, headers={"Accept-Language": "fr"}).status_code == 200
    assert spoken == ["de", "de"]


def test_the_log_names_a_notice_in_english(alice: User, group: Group):
    with override("de"):
        save(group, alice)
    assert group.log.get(action=Action.NOTICE_CHANGED).about_name == "Welcome: Warm"
