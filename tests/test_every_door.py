"""Every address of the project, tried by those who may not read: no page, feed, search, export or file tells them a word.

A new address is walked by itself. Where it takes a parameter that VALUES does not know, the test fails until it is taught.
"""

import gzip
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

import archive.urls
from archive.models import Message
from archive.search import indexer
from groups.models import Ban, Group, PastMember, Waiting
from groups.polls.models import Poll
from mail.models import InboundState
from tests.builders import FIRST_DATE, make_message, make_transfer
from tests.mail.builders import make_delivery, make_inbound, make_outgoing

pytestmark = pytest.mark.django_db

WORD, ID = "zebrafish", "quagga"
VALUES = {
    "filename": "file",
    "year": f"{FIRST_DATE.year:04}",
    "notice": "welcome",
    "picture": "icon",
    "name": "0",
    "width": 48,
    "what": "result",
    "tag": "harvest",
    "category": "music",
    "month": f"{FIRST_DATE.month:02}",
    # django.contrib.admin and django-allauth
    "app_label": "accounts",
    "content_type_id": 1,
    "object_id": 1,
    "id": 1,
    "url": "x",
    "key": "x",
    "uidb36": "1",
    "path": "x",
    "token": "x",
    "entry": 1,
    "provider_id": "sso",
    "level": "x",
    "secret": "x",
}
QUESTIONS = {"q": WORD.upper(), "name": WORD.upper(), "by": "date", "login": "nobody@example.org"}
SHUT = {302, 401, 403, 404, 405}


def patterns(found: list, namespace: str = "", above: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(namespaced name, parameters) of every address, whoever installed it."""
    for pattern in found:
        parameters = above + (tuple(pattern.pattern.converters) or tuple(pattern.pattern.regex.groupindex))
        if isinstance(pattern, URLResolver):
            inside = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from patterns(pattern.url_patterns, inside, parameters)
        elif isinstance(pattern, URLPattern):
            assert pattern.name or namespace == "admin:", f"{pattern} has no name"
            yield f"{namespace}{pattern.name}", parameters


ADDRESSES = [entry for entry in patterns(get_resolver().url_patterns) if not entry[0].endswith("None")]


def address(name: str, parameters: tuple[str, ...], letter: Message) -> str:
    """The address as it would be for this letter and what belongs to it."""
    values = {
        **VALUES,
        "slug": letter.group.slug,
        "number": letter.number,
        "message_id": letter.message_id,
        "index": 1,
        "pk": letter.author_id,
    }
    unknown = [parameter for parameter in parameters if parameter not in values]
    assert not unknown, f"{name} takes {unknown}: give it a value in tests/test_every_door.py"
    return reverse(name, kwargs={parameter: values[parameter] for parameter in parameters})


@pytest.fixture(autouse=True)
def _index(settings, tmp_path):
    """An index of its own: what search would find is in it."""
    settings.SEARCH_INDEX_DIR = tmp_path


def secret_letter(group: Group, **fields) -> Message:
    """A letter in which every field that pages show holds the word; in the index, too."""
    letter = make_message(
        group,
        subject=f"{WORD} subject",
        body=f"{WORD} body",
        sender=f"{WORD} Author <{WORD}@author.example>",
        message_id=f"{ID}@letters.example",
        files=[(f"{WORD}.png", "image/png", WORD.encode())],
        **fields,
    )
    indexer.enqueue(letter.pk, letter.pk)
    indexer.index_pending()
    _leave_traces(letter)
    if not fields:  # a poll stands beside letters: it is neither hidden nor imported with one
        _ask(letter)
    return letter


def _ask(letter: Message) -> None:
    poll = Poll.objects.create(
        group=letter.group, number=letter.number, question=f"{WORD}?", details=WORD, kind="single", results="always"
    )
    poll.options.create(number=1, text=WORD)


def _leave_traces(letter: Message) -> None:
    """Another one of it waits for a moderator, and a copy of it was refused."""
    words = {"subject": f"{WORD} subject", "author": f"{WORD}@author.example", "reason": f"{WORD} waits"}
    raw = letter.content.raw_bytes
    make_inbound(letter.group, raw, pk=letter.author_id, state=InboundState.HELD, **words)
    Waiting.objects.filter(kind="letter", target=letter.author_id).update(
        id=letter.author_id, beginning=f"{WORD} begins"
    )
    make_delivery(make_outgoing(letter.group, letter), f"{WORD}@member.example", "failed", reply=f"{WORD} is unknown")


def everything_said(response) -> str:
    body = b"".join(response) if response.streaming else response.content
    if body.startswith(b"\x1f\x8b"):
        body = gzip.decompress(body)
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    return f"{headers}\n{body.decode('utf-8', 'replace')}"


def ask(browser: Client, name: str, parameters: tuple[str, ...], letter: Message, method: str):
    """(url, response, all that it says). Questions are in capitals: what a page repeats of them is no leak."""
    url = address(name, parameters, letter)
    response = browser.get(url, QUESTIONS) if method == "GET" else browser.post(url, QUESTIONS)
    return url, response, everything_said(response)


def leaks(browser: Client, letter: Message, method: str) -> list[str]:
    """Addresses that say a word of the letter."""
    found = []
    for name, parameters in ADDRESSES:
        url, response, said = ask(browser, name, parameters, letter, method)
        if WORD in said or (ID in said and ID not in url) or letter.group.summary in said:
            found.append(f"{name}: {url} ({response.status_code})")
    return found


def left_open(browser: Client, letter: Message, method: str, names: set[str]) -> list[str]:
    """Addresses of the group that do not answer with a refusal."""
    found = []
    for name, parameters in ADDRESSES:
        if "slug" in parameters and name in names:
            url, response, _ = ask(browser, name, parameters, letter, method)
            if response.status_code not in SHUT or (
                response.status_code == 302 and "/account/" not in response["Location"]
            ):
                found.append(f"{name}: {url} ({response.status_code})")
    return found


@pytest.fixture(params=["nobody", "charlie", "past member, banned"])
def stranger(request, charlie, signed_in) -> Client:
    if request.param.startswith("past"):
        for group in Group.objects.all():
            PastMember.objects.create(group=group, user=charlie, joined_at=group.created_at, how="removed")
            Ban.objects.create(group=group, value=charlie.email)
    return Client() if request.param == "nobody" else signed_in(charlie)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_strangers_learn_nothing_of_a_private_group(private_group, stranger, method):
    letter = secret_letter(private_group)
    assert leaks(stranger, letter, method) == []
    assert left_open(stranger, letter, method, {name for name, _ in ADDRESSES}) == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_strangers_learn_nothing_of_letters_for_members(members_group, stranger, method):
    members_group.summary = "known to all"  # that it exists is no secret
    letter = secret_letter(members_group)
    assert leaks(stranger, letter, method) == []
    assert left_open(stranger, letter, method, {pattern.name for pattern in archive.urls.urlpatterns}) == []


def test_a_private_group_answers_like_one_that_does_not_exist(private_group, stranger):
    letter = secret_letter(private_group)
    for name, parameters in ADDRESSES:
        if "slug" in parameters:
            url, response, said = ask(stranger, name, parameters, letter, "GET")
            nowhere = stranger.get(url.replace("/plans/", "/plnas/"), QUESTIONS)
            assert response.status_code == nowhere.status_code, name
            assert plain(said) == plain(everything_said(nowhere)), name


def plain(said: str) -> str:
    """Without what is random (the token of a form) and the one word in which the addresses differ."""
    said = re.sub(r"^RateLimit: .*$", "", said, flags=re.MULTILINE)  # one request more is one fewer left
    said = re.sub(r"^Expires: .*$", "", said, flags=re.MULTILINE)  # which may be the next second
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", said).replace("plnas", "plans")


@pytest.mark.parametrize("who", ["nobody", "charlie", "bob"])
def test_an_import_under_way_is_seen_by_nobody(who, charlie, bob, signed_in, group):
    browser = Client() if who == "nobody" else signed_in({"charlie": charlie, "bob": bob}[who])
    make_message(group, subject="seen by all")
    letter = secret_letter(group, transfer=make_transfer(group, staged=True))
    group.summary = "known to all"
    assert leaks(browser, letter, "GET") == []


def test_a_hidden_letter_is_seen_by_nobody(bob, signed_in, group):
    letter = secret_letter(group, hidden=True)
    group.summary = "known to all"
    assert leaks(signed_in(bob), letter, "GET") == []


def test_the_walk_would_notice(bob, signed_in, private_group):
    """Members do read the word on these pages: the walk above looks at the right addresses."""
    letter = secret_letter(private_group)
    told = " ".join(leaks(signed_in(bob), letter, "GET"))
    pages = (
        "topics thread message message-by-id message-raw attachment author group-feed thread-mbox group-search search"
        " delivery"
    )
    for name in pages.split():
        assert f"{name}: " in told


def test_only_moderators_read_what_waits(alice, bob, signed_in, private_group):
    letter = secret_letter(private_group)
    told = {who: " ".join(leaks(signed_in(who), letter, "GET")) for who in (alice, bob)}
    for name in ("moderation: ", "moderation-item: ", "waiting-edit: "):
        assert name in told[alice] and name not in told[bob]
