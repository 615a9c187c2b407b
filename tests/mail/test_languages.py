"""What goes to a member speaks the member's language; what goes to all of a group, the group's."""

import email
from datetime import UTC, datetime, timedelta
from email.policy import default

import pytest
from django.test import override_settings
from django.utils import dateformat, translation

from groups.languages import first_spoken
from groups.models import Membership
from mail.delivery.post import group_shape
from mail.digests import daily, due
from mail.models import DailyMark, DigestMark, Outgoing
from mail.outbox.personal import plain
from mail.templatetags.mail import in_zone
from mail.transforms import footers
from mail.transforms.footers import footer_lines
from tests.builders import make_group, make_message, make_user
from tests.mail.shapes import parsed, shaped, with_footer

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)  # a Wednesday


def said_here(text: str) -> str:
    """A catalog of a language: its code, and the text."""
    return f"[{translation.get_language()}] {text}"


def digests_to(group, *languages, **fields):
    for number, language in enumerate(languages):
        user = make_user(f"Reader{number}", language=language)
        Membership.objects.create(group=group, user=user, **{"delivery": "digest", **fields})
    due.begin_marks(NOW - timedelta(days=1))
    DigestMark.objects.update(next_at=NOW)
    make_message(group, subject="Seeds", body="Forty packets.\n")
    due.send_due(NOW)
    return [
        email.message_from_bytes(plain(each.template_bytes), policy=default) for each in Outgoing.objects.order_by("pk")
    ]


@pytest.mark.django_db
def test_a_digest_speaks_the_language_of_its_reader():
    german, english = sorted(digests_to(make_group(), "de", ""), key=lambda letter: "Wed" in letter["Subject"])
    page = german.get_body(("html",)).get_content()
    assert '<html lang="de"' in page and "Mär" in german["Subject"] and "Mär" in page
    page = english.get_body(("html",)).get_content()
    assert '<html lang="en"' in page and english["Subject"].endswith("digest, 1 message, Wed, 04 Mar 2026")


@pytest.mark.django_db
def test_readers_of_one_language_share_one_letter():
    digests_to(make_group(language="de-AT"), "", "de", "xx")  # who chose none, or one nobody speaks, gets the group's
    assert [each.deliveries.count() for each in Outgoing.objects.all()] == [3]


@pytest.mark.django_db
def test_the_language_of_digests_costs_no_question_a_reader(django_assert_max_num_queries):
    group = make_group()
    for number in range(20):
        Membership.objects.create(group=group, user=make_user(f"Ann{number}", language="de"), delivery="digest")
    due.begin_marks(NOW - timedelta(days=1))
    DigestMark.objects.update(next_at=NOW)
    make_message(group, subject="Seeds", body="Forty packets.\n")
    with django_assert_max_num_queries(40):
        assert due.send_due(NOW) == 20


@pytest.mark.django_db
def test_a_digest_by_rfc_1153_says_to_programs_what_they_know():
    text = digests_to(make_group(), "de", digest_format="plain")[0].get_content()
    assert "Digest Wed, 04 Mar 2026  Volume 26 : Issue 1" in text and "\r\nSubject: Seeds\r\n" in text


@pytest.mark.django_db
def test_the_links_below_a_digest_speak_its_language(monkeypatch):
    monkeypatch.setattr(footers, "_", said_here)
    text = digests_to(make_group(language="fr"), "de")[0].get_body(("plain",)).get_content()
    assert "[de] Leave Gardeners: " in text and "[fr]" not in text


@pytest.mark.django_db
def test_the_daily_mail_speaks_the_language_of_its_reader():
    group = make_group(language="fr")
    ann = make_user("Ann", daily_mail=True, language="de", time_zone="UTC")
    Membership.objects.create(group=group, user=ann)
    daily.send_due(NOW - timedelta(days=1))
    letter = make_message(group, subject="Seeds", body="Forty packets.\n")
    type(letter).objects.filter(pk=letter.pk).update(created_at=NOW - timedelta(hours=1))
    DailyMark.objects.update(next_at=NOW)
    assert daily.send_due(NOW) == 1
    mail = email.message_from_bytes(Outgoing.objects.get().template_bytes, policy=default)
    assert '<html lang="de"' in mail.get_body(("html",)).get_content()
    assert mail["Subject"].startswith("Mittwoch, 4") and "März" in mail["Subject"]
    assert translation.get_language() == "en"


def test_the_links_below_a_copy_speak_the_groups_language(monkeypatch):
    monkeypatch.setattr(footers, "_", said_here)
    text = parsed(shaped("Subject: Seeds\n\nForty packets.\n", with_footer(language="de"))).get_content()
    assert "[de] Your settings: " in text and "Meet at the gate." in text
    assert footer_lines(with_footer())[1][0] == "[en] Read or answer on the web"


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "spoken"), [("de", "de"), ("de-CH", "de"), ("", "en"), ("nb", "en")])
def test_copies_speak_what_the_group_does_where_the_site_speaks_it(language, spoken):
    assert group_shape(make_group(language=language)).language == spoken


@pytest.mark.parametrize("language", ["de", "fr", "ar"])
def test_days_of_letters_are_written_in_the_language_of_the_mail(language):
    with translation.override(language):
        assert in_zone(NOW, UTC).startswith(dateformat.format(NOW, "D")) and in_zone(NOW, UTC).endswith("UTC")


def test_the_first_language_that_the_site_speaks_counts():
    assert first_spoken("de", "fr") == "de" and first_spoken("", "fr-CA") == "fr" and first_spoken("xx", "") == "en"
    with override_settings(LANGUAGES=[("en", "English"), ("fr", "Français")], LANGUAGE_CODE="fr"):
        assert first_spoken("de") == "fr"


@pytest.mark.django_db
def test_pages_of_members_speak_the_language_of_their_reader(client):
    ann = make_user("Ann", language="de")
    group = make_group(owner=ann)
    Membership.objects.update(joined_at=datetime(2026, 3, 4, tzinfo=UTC))
    client.force_login(ann)
    page = client.get(f"/g/{group.slug}/members/").content.decode()
    assert '<html lang="de"' in page and "4. März 2026" in page
