"""Rows are written without templates: nothing people wrote gets past the escaping, and no address past the masking."""

import pytest

from archive.articles import articles, outline
from archive.conversation import Conversation, lines_of
from archive.models import Archive, Attachment, Author, Message, Thread
from archive.reading import Reading
from archive.rows import Rows
from archive.views.months import threads_of
from groups.access import Visit
from groups.permissions import Standing
from tests.builders import make_message

pytestmark = pytest.mark.django_db
EVIL = "<script>alert('1')</script>\" onload=\"x"
ADDRESS = "marta@river.example"
STRANGER, MEMBER = Standing(), Standing(role="member")


@pytest.fixture
def hostile(group) -> Message:
    parent = make_message(group, subject=f"{EVIL} {ADDRESS}", body="One.", sender=f'"{ADDRESS} x" <{ADDRESS}>')
    make_message(group, subject=f"{EVIL} else", body="Two.", parent=parent)
    files = [(f"{EVIL} {ADDRESS}.png", "image/png", b"p"), (f"{EVIL}.<b>", "application/<i>", b"p")]
    letter = make_message(group, subject=f"Other {EVIL}", body="Three.", parent=parent, files=files)
    for table in (Message, Thread):
        table.objects.update(snippet=f"{EVIL} {ADDRESS}")
    Thread.objects.update(starter=EVIL, last_author=f"{EVIL} {ADDRESS}")
    Message.objects.update(from_name=f"{EVIL} {ADDRESS}")
    Author.objects.update(name=f"{EVIL} {ADDRESS}")
    return letter


def drawn(group, standing: Standing) -> list[str]:
    visit = Visit(group, standing)
    rows = Rows(visit)
    reading = Reading(visit, Archive.objects.get(), None)
    thread = Thread.objects.get()
    talk = Conversation(reading, thread.number, lines_of(reading, thread.number), None, view="tree", asked="", at="")
    return [
        rows.threads(Thread.objects.all()),
        rows.threads_of_month(threads_of(reading.messages)),
        rows.letters(Message.objects.all()),
        rows.people(Author.objects.all()),
        rows.files(Attachment.objects.select_related("message")),
        articles(talk),
        outline(talk),
    ]


@pytest.mark.parametrize("standing", [STRANGER, MEMBER])
def test_nothing_people_wrote_becomes_markup(group, hostile, standing):
    for html in drawn(group, standing):
        assert "&lt;script&gt;" in html
        assert "<script" not in html and 'onload="' not in html and "<b>" not in html and "<i>" not in html


def test_strangers_see_no_address_and_members_do(group, hostile):
    for html in drawn(group, STRANGER):
        assert "river.example" not in html
    assert all("river.example" in html for html in drawn(group, MEMBER))
