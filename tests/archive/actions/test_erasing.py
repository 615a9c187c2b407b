"""One person leaves an archive: their letters stay and say nothing of who they were, and those that quote them neither."""

import pytest

from archive.actions import erasing
from archive.actions.erasing import erase, known_as
from archive.actions.storing import store_letters
from archive.models import Author, Message, Revision
from archive.search import indexer
from groups.models import LogEntry
from tests.archive.letters import prepared

pytestmark = pytest.mark.django_db
JANE = "Jane Doe <jane@river.example>"
REPLY = "On Saturday, Jane Doe wrote:\n> The pond is frozen.\n\nJanet, too."


@pytest.fixture
def jane(group) -> Author:
    letters = [
        prepared(1, sender=JANE, body="The pond is frozen.\n\n-- \nJane\njane@river.example"),
        prepared(2, refs=(1,), subject="Re: Seed swap", body=REPLY, extra=f"Cc: {JANE}\n"),
        prepared(3, subject="Another", body="Thanks to jane@river.example for it."),
        prepared(5, subject="To her alone", body="Come by.", extra=f"Cc: {JANE}\n"),
        prepared(4, sender="J. Doe <jane@river.example>", subject="Late", body="Mine."),
    ]
    store_letters(group, letters)
    indexer.index_pending()
    return Author.objects.get(key="jane@river.example")


def test_nothing_tells_of_her_afterwards(group, alice, jane, client, signed_in):
    assert known_as(jane) == ["jane@river.example", "Jane Doe", "J. Doe"]
    erased = erase(group, jane.pk, known_as(jane), by=alice, reason="She asked.")
    assert (erased.done, erased.left, erased.refused) == (5, 0, [])
    for letter in Message.objects.select_related("content", "author"):
        stored = f"{letter.from_name} {letter.from_address} {letter.content.text} {letter.content.raw_bytes.decode()}"
        assert "Jane\n" not in stored and "Jane Doe" not in stored and "jane@" not in stored
    assert "Janet, too." in Message.objects.get(number=2).content.text
    assert not Author.objects.filter(pk=jane.pk).exists() and not Revision.objects.exclude(raw=b"").exists()
    assert LogEntry.objects.latest("pk").about_name == "a person in 5 letters"


def test_it_goes_on_where_it_stopped(group, alice, jane, monkeypatch):
    monkeypatch.setattr(erasing, "AT_ONCE", 1)
    names = known_as(jane)
    rounds = [erase(group, jane.pk, names, by=alice) for _ in range(5)]
    assert sum(one.done for one in rounds) >= 3 and rounds[0].left


def test_only_owners_may(group, alice, bob, jane, signed_in, client):
    url = f"/g/gardeners/authors/{jane.pk}/erase/"
    assert client.get(url).status_code == signed_in(bob).get(url).status_code == 403
    browser = signed_in(alice)
    assert "Jane Doe" in browser.get(url).content.decode()
    done = browser.post(url, {"names": "Jane Doe\r\nJ. Doe\r\njane@river.example"})
    assert "5 letters rewritten" in done.content.decode()
