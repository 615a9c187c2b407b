import pytest
from allauth.account.models import EmailAddress
from django.core import mail as outbox
from django.utils import translation

from accounts.models import User
from common import notices
from common.notices import Outcome
from groups.models import Group

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _templates(settings, tmp_path):
    folder = tmp_path / "notices" / "greeting"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text("Hello {{ name }}\n from {{ SITE_NAME }}")
    (folder / "body.txt").write_text("Dear {{ name }},\n\n{{ SITE_URL }}\n")
    (folder.parent / "tongue").mkdir()
    (folder.parent / "tongue" / "subject.txt").write_text("{% get_current_language as code %}{{ code }}")
    (folder.parent / "tongue" / "body.txt").write_text("{{ words }}")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]


def test_a_notice_says_what_it_was_told_and_escapes_nothing():
    assert notices.send("greeting", "bob@example.org", {"name": "Bob & Marta"}) is Outcome.SENT
    (letter,) = outbox.outbox
    assert letter.subject == "Hello Bob & Marta from Posthouse"
    assert letter.body.startswith("Dear Bob & Marta,")
    assert letter.alternatives == []
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"


def test_html_goes_along_where_there_is_some(settings):
    from pathlib import Path

    folder = Path(settings.TEMPLATES[0]["DIRS"][0])
    (folder / "notices/greeting/body.html").write_text("<p>Dear {{ name }}</p>")
    notices.send("greeting", "bob@example.org", {"name": "Bob & Marta"})
    assert outbox.outbox[0].alternatives[0].content == "<p>Dear Bob &amp; Marta</p>"


def test_an_answer_names_the_letter_it_answers():
    notices.send("greeting", "bob@example.org", {}, answers="a@example.org")
    headers = outbox.outbox[0].extra_headers
    assert (headers["Auto-Submitted"], headers["In-Reply-To"]) == ("auto-replied", "<a@example.org>")


@pytest.mark.parametrize("odd", ["", "a b@example.org", "a>\nBcc: x@example.net", "ä@example.org", "x" * 300])
def test_an_odd_message_id_is_left_out(odd):
    notices.send("greeting", "bob@example.org", {}, answers=odd)
    assert "In-Reply-To" not in outbox.outbox[0].extra_headers
    assert outbox.outbox[0].extra_headers["Auto-Submitted"] == "auto-replied"


def test_as_often_as_agreed_and_no_more():
    outcomes = [
        notices.send("greeting", to, {}, once_in=60) for to in ("bob@example.org", "BOB@example.org", "a@x.org")
    ]
    assert outcomes == [Outcome.SENT, Outcome.TOO_OFTEN, Outcome.SENT]


def test_nobody_is_nobody():
    assert notices.send("greeting", "", {}) is Outcome.NO_ADDRESS


def test_the_group_may_stand_as_sender():
    notices.send("greeting", "bob@example.org", {}, sender_name="Gardeners, Riverside")
    assert outbox.outbox[0].from_email == '"Gardeners, Riverside" <noreply@posthouse.localhost>'


@pytest.mark.parametrize("of_the_request", ["en", "fr"])
def test_a_notice_is_in_the_language_of_whoever_gets_it(alice: User, group: Group, of_the_request: str):
    User.objects.filter(pk=alice.pk).update(language="de")
    Group.objects.filter(pk=group.pk).update(language="ar")
    group.refresh_from_db()
    with translation.override(of_the_request):
        written = [
            notices.compose("tongue", alice.email, {"group": group}).subject,
            notices.compose("tongue", "nobody.knows@example.net", {"group": group}).subject,
            notices.compose("tongue", "nobody.knows@example.net", {}).subject,
        ]
        assert translation.get_language() == of_the_request
    assert written == ["de", "ar", "en"]


@pytest.mark.parametrize(("verified", "language"), [(True, "de"), (False, "en")])
def test_every_confirmed_address_of_an_account_has_its_language(alice: User, verified: bool, language: str):
    User.objects.filter(pk=alice.pk).update(language="de")
    EmailAddress.objects.create(user=alice, email="alice@work.example", verified=verified)
    assert notices.compose("tongue", "Alice@Work.example", {}).subject == language


def test_the_text_of_a_notice_is_wrapped():
    words = "A paragraph that somebody wrote as one line, " * 5
    letter = notices.compose("tongue", "bob@example.org", {"words": f"{words.strip()}\n\n> {words}"})
    paragraph, quoted = letter.body.split("\n\n")
    assert max(len(line) for line in paragraph.split("\n")) <= 72 and quoted == f"> {words}"
    assert " ".join(paragraph.split()) == words.strip()
