import pytest
from django.test import Client

from groups.actions.groups import MAIL_SETTINGS, change_mail_policy
from groups.models import Role
from mail.transforms.placeholders import WORDS
from mail.web.policy import PARTS, PLACES

pytestmark = pytest.mark.django_db
URL = "/g/gardeners/settings/mail/"
COPIES = {
    "subject_tag": "[g {number}]",
    "tag_first": True,
    "reply_to": "address",
    "reply_to_address": "desk@example.org",
    "author_policy": "always",
    "header_text": "",
    "footer_text": "Bye",
    "removed_files": "exe, video",
    "as_plain_text": True,
    "footer_html": '<p>Bye from <a href="{home}" rel="noopener noreferrer">us</a></p>',
}
WAITING = {
    "moderation": "first", "first_posts": "3", "largest_kb": "500", "most_recipients": "5", "spam_hold": "4",
    "spam_discard": "9", "emergency": "on", "wait_days": "14", "wait_end": "reject", "report_threshold": "3",
    "posts_a_day": "0", "slow_minutes": "0",
}  # fmt: skip


def test_every_mail_setting_stands_on_one_of_the_pages():
    shown = [name for _, form in PARTS.values() for name in form().fields]
    assert sorted([*shown, "joining", "posting", "strangers"]) == sorted(MAIL_SETTINGS)  # those stand on “Who may”


def test_every_setting_is_explained_where_it_stands():
    for _, form in PARTS.values():
        for name, field in form().fields.items():
            assert field.help_text or all(getattr(field.widget, "sentences", {}).values()), name
            assert field.help_text or field.widget.sentences, name


def test_an_owner_changes_how_copies_look(signed_in, alice, group):
    signed_in(alice).post(f"{URL}?part=copies", COPIES)
    group.refresh_from_db()
    assert {name: getattr(group, name) for name in COPIES} == COPIES


def test_what_is_dangerous_in_html_is_not_kept(signed_in, alice, group):
    html = (
        '<p onclick="x()">Bye<script>x()</script> <a href="javascript:x()">us</a><img src="https://spy.example/"></p>'
    )
    signed_in(alice).post(f"{URL}?part=copies", {**COPIES, "footer_html": html})
    group.refresh_from_db()
    assert group.footer_html == '<p>Bye <a rel="noopener noreferrer">us</a></p>'


def test_another_address_is_to_be_named(signed_in, alice, group):
    page = signed_in(alice).post(f"{URL}?part=copies", {**COPIES, "reply_to_address": ""})
    assert "Say which address." in page.content.decode()


def test_a_page_changes_only_what_stands_on_it(signed_in, alice, group):
    signed_in(alice).post(f"{URL}?part=waiting", {**WAITING, "subject_tag": "[no]", "visibility": "private"})
    group.refresh_from_db()
    assert (group.moderation, group.first_posts, group.emergency) == ("first", 3, True)
    assert (group.subject_tag, group.visibility) == ("", "public")


def test_what_is_dropped_is_not_what_waits(signed_in, alice, group):
    page = signed_in(alice).post(f"{URL}?part=waiting", {**WAITING, "spam_discard": "3"})
    assert "must not be less" in page.content.decode()


@pytest.mark.parametrize("part", [*PARTS, "", "nothing"])
def test_each_page_opens(signed_in, alice, group, part):
    assert signed_in(alice).get(f"{URL}?part={part}").status_code == 200


@pytest.mark.parametrize("who", ["moderator", "bob", "charlie", None])
def test_others_change_nothing(signed_in, request, bob, charlie, group, who):
    if who == "moderator":
        group.memberships.filter(user=bob).update(role=Role.MODERATOR)
        who = "bob"
    client = signed_in(request.getfixturevalue(who)) if who else Client()
    assert client.post(f"{URL}?part=copies", COPIES).status_code == 403


def test_every_word_for_texts_is_explained():
    assert [word for word in WORDS if f"{{{word}}} is {WORDS[word]}" not in str(PLACES)] == []


def test_the_action_says_what_changed(alice, group):
    assert change_mail_policy(group=group, by=alice, subject_tag="[g]", name="Other") == ["subject_tag"]
    group.refresh_from_db()
    assert group.name == "Riverside Gardeners"
