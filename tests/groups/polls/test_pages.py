"""Polls on the web, as people come by: open one, vote in each kind, read the result from its table, close, delete, undo."""

import csv
import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from groups.models import Ban, Group, GroupState, Membership, Posting, Role
from groups.polls.actions import close_poll
from groups.polls.casting import cast_ballot
from groups.polls.models import Poll
from groups.polls.receipts import mark_of
from tests.builders import make_user
from tests.groups.polls.builders import make_poll

pytestmark = pytest.mark.django_db

NEW = "/g/gardeners/polls/new/"
PLAIN = {"question": "Trees?", "kind": "single", "options": "Oak\nElm", "least": 1, "highest": 5}
WHO = {"voters": "members", "results": "voted"}


def table_of(page: str) -> list[list[str]]:
    """The result as somebody hears it who cannot see: rows of the first table."""
    table = re.search(r'<table class="result-table">.*?</table>', page, re.DOTALL)
    assert table, page
    rows = re.findall(r"<tr.*?</tr>", table[0], re.DOTALL)
    cells = [re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


def test_bob_opens_a_poll_and_alice_votes(group, alice, bob, signed_in):
    response = signed_in(bob).post(NEW, PLAIN | WHO | {"announce": "on", "may_change": "on"})
    assert response.status_code == 302, response.content.decode()
    poll = Poll.objects.get()
    page = signed_in(alice)
    assert "You see how it stands when you have voted." in page.get(response.url).content.decode()
    voted = page.post(response.url, {"choice": "2", "vote": "1"}, follow=True).content.decode()
    assert "You have voted: <bdi>Elm</bdi>" in voted
    assert table_of(voted)[1] == ["1.", "Elm ahead", "1", "100 %"]
    taken = page.post(response.url, {"withdraw": "1"}, follow=True).content.decode()
    assert "Your vote is taken back." in taken
    assert Poll.objects.get().voted == 0
    assert "Trees?" in signed_in(bob).get("/g/gardeners/").content.decode()
    assert poll.question in Client().get("/g/gardeners/polls/").content.decode()


@pytest.mark.parametrize(
    ("kind", "options", "sent", "row"),
    [
        ("multiple", "abc", {"choice": ["1", "3"]}, ["1.", "a first", "1", "100 %"]),
        ("runoff", "abc", {"rank-1": "2", "rank-2": "1"}, ["1.", "b first", "1", "round 1, the last"]),
        ("schulze", "abc", {"rank-1": "2", "rank-2": "1"}, ["1.", "b first", "2 of 2"]),
        ("score", "abc", {"points-1": "4", "points-2": "5"}, ["1.", "b first", "5", "5.0"]),
        ("dates", None, {"answer-1": "1", "answer-2": "2"}, ["1.", "Sun 10 Jan 2027, 19:00 first", "1", "0", "0"]),
    ],
)
def test_each_kind_is_answered_and_its_result_read_from_the_table(
    group, alice, bob, signed_in, kind, options, sent, row
):
    when = timezone.make_aware(timezone.datetime(2027, 1, 9, 19))
    poll = make_poll(group, alice, kind, options or [when, when + timedelta(days=1)])
    answered = signed_in(bob).post(poll.get_absolute_url(), sent | {"vote": "1"})
    assert answered.status_code == 302, answered.content.decode()
    close_poll(poll=poll, by=alice)
    assert table_of(Client().get(poll.get_absolute_url()).content.decode())[1] == row


def test_what_cannot_be_counted_is_said_and_what_was_typed_stays(group, alice, bob, signed_in):
    poll = make_poll(group, alice, "runoff", write_ins=True)
    page = signed_in(bob).post(
        poll.get_absolute_url(), {"rank-1": "1", "rank-2": "1", "other": "Figs", "rank-other": "3", "vote": "1"}
    )
    text = page.content.decode()
    assert "Rank 1 is given 2 times" in text
    assert 'value="Figs"' in text
    assert text.count('<option value="1" selected>') == 2


@pytest.mark.parametrize(
    ("kind", "sent", "sentence"),
    [
        ("single", {"choice": "1", "other": "Figs"}, "You wrote “Figs” and chose another option."),
        ("single", {"choice": "other"}, "Write into “Another one” what it is"),
        ("multiple", {"choice": ["1", "other"]}, "Write into “Another one” what it is"),
        ("score", {"points-1": "4", "other": "Figs"}, "You added “Figs” and said nothing about it."),
    ],
)
def test_what_was_written_in_is_never_left_out_in_silence(group, alice, bob, signed_in, kind, sent, sentence):
    poll = make_poll(group, alice, kind, write_ins=True)
    page = signed_in(bob).post(poll.get_absolute_url(), sent | {"vote": "1"})
    assert sentence in page.content.decode()
    assert not poll.ballots.exists()


def test_whoever_writes_in_and_chooses_nothing_else_meant_it(group, alice, bob, signed_in):
    poll = make_poll(group, alice, "single", write_ins=True)
    assert signed_in(bob).post(poll.get_absolute_url(), {"other": "Figs", "vote": "1"}).status_code == 302
    assert poll.options.filter(text="Figs").exists()


def test_dates_are_read_and_said_in_the_reader_s_zone(group, alice, bob, signed_in):
    for user, zone in ((alice, "Europe/Oslo"), (bob, "Asia/Tokyo")):
        user.time_zone = zone
        user.save()
    sent = PLAIN | WHO | {"kind": "dates", "options": "9 January 2027 19:00\n2027-01-08"}
    assert "no day or time" in signed_in(alice).post(NEW, sent | {"options": "soon\n?"}).content.decode()
    made = signed_in(alice).post(NEW, sent)
    page = signed_in(bob).get(made.url).content.decode()
    assert "Sun 10 Jan 2027, 3:00" in page
    assert "Fri 8 Jan 2027" in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"options": "Oak\noak"}, "two options at least"),
        ({"closes_at": "2020-01-01T10:00"}, "This is past"),
        ({"anonymous": "on", "names_shown": "on"}, "no names to show"),
        ({"kind": "multiple", "least": 3}, "only 2 options"),
        ({"kind": "multiple", "least": 2, "most": 1}, "cannot be fewer"),
    ],
)
def test_a_poll_that_makes_no_sense_is_sent_back_in_a_sentence(group, bob, signed_in, change, sentence):
    assert sentence in signed_in(bob).post(NEW, PLAIN | WHO | change).content.decode()
    assert not Poll.objects.exists()


def test_who_opens_polls_is_the_group_s_choice(group, alice, bob, signed_in):
    assert signed_in(alice).post("/g/gardeners/polls/settings/", {"makers": "moderators"}).status_code == 302
    assert signed_in(bob).get(NEW).status_code == 403
    assert "Ask the group" not in signed_in(bob).get("/g/gardeners/polls/").content.decode()
    assert signed_in(alice).get(NEW).status_code == 200
    group.state = GroupState.RETIRED
    group.save()
    assert signed_in(alice).get(NEW).status_code == 403


def test_a_poll_is_no_way_past_the_moderators(group, alice, bob, signed_in):
    mailed = PLAIN | WHO | {"announce": "on"}
    for held in ({"moderation": "all"}, {"moderation": "first"}, {"posting": "moderators"}, {"emergency": True}):
        Group.objects.update(**{"moderation": "none", "posting": "members", "emergency": False, **held})
        page = signed_in(bob).post(NEW, mailed, follow=True)
        assert "It is not mailed" in page.content.decode(), held
    assert not Poll.objects.filter(announce=True).exists()
    Group.objects.update(emergency=False)
    assert "It is not mailed" not in signed_in(alice).post(NEW, mailed, follow=True).content.decode()
    Membership.objects.filter(user=bob).update(posting=Posting.REFUSED)
    assert signed_in(bob).get(NEW).status_code == 403
    Membership.objects.filter(user=bob).update(posting=Posting.DEFAULT)
    Ban.objects.create(group=group, value=bob.email)
    assert signed_in(bob).get(NEW).status_code == 403


def test_the_maker_edits_closes_opens_again_deletes_and_undoes(group, alice, bob, charlie, signed_in):
    poll = make_poll(group, bob)
    address, page = poll.get_absolute_url(), signed_in(bob)
    assert "Edit" in page.get(address).content.decode()
    assert page.post(f"{address}edit/", PLAIN | WHO | {"question": "Bushes?"}).status_code == 302
    assert page.post(f"{address}close/").status_code == 302
    assert "Open it again" in page.get(address).content.decode()
    assert page.post(f"{address}close/", {"reopen": "1"}).status_code == 302
    assert "Bring it back" in page.post(f"{address}delete/", follow=True).content.decode()
    assert page.get(address).status_code == 404
    assert signed_in(charlie).get(f"{address}delete/").status_code == 404
    page.post(f"{address}delete/", {"restore": "1"})
    assert Poll.objects.get().state == "open"


def test_others_neither_edit_nor_see_what_is_not_shown_yet(group, alice, bob, signed_in):
    poll = make_poll(group, alice, results="closed")
    cast_ballot(poll=poll, voter=alice, choices={1: 1})
    address = poll.get_absolute_url()
    for part in ("edit/", "close/", "delete/"):
        assert signed_in(bob).get(address + part).status_code == 403
    for reader in (alice, bob):
        assert "until then nobody sees it" in signed_in(reader).get(address).content.decode()
        assert signed_in(reader).get(f"{address}result.csv").status_code == 403
    runners = make_poll(group, alice, results="runners")
    close_poll(poll=runners, by=alice)
    assert "result-table" in signed_in(alice).get(runners.get_absolute_url()).content.decode()
    assert "result-table" not in signed_in(bob).get(runners.get_absolute_url()).content.decode()


def test_an_anonymous_voter_gets_a_receipt_once_and_finds_their_ballot_by_it(group, alice, bob, signed_in):
    poll = make_poll(group, alice, anonymous=True, results="closed")
    address, page = poll.get_absolute_url(), signed_in(bob)
    drawn = re.search(r'name="receipt" value="([^"]+)"', page.get(address).content.decode())
    assert drawn
    sent = {"choice": "2", "receipt": drawn[1], "vote": "1"}
    for _ in range(2):  # pressed twice: one ballot, and the receipt is seen
        told = page.post(address, sent)
        assert drawn[1] in told.content.decode()
        assert "no-store" in told["Cache-Control"]
    assert Poll.objects.get().voted == 1
    assert "Your ballot is in the box" in page.post(address, {"check": "1", "receipt": drawn[1]}).content.decode()
    assert "no ballot with this receipt" in page.post(address, {"check": "1", "receipt": "ABC"}).content.decode()
    assert "result-table" not in page.get(address).content.decode()
    page.post(address, sent | {"choice": "1"})
    close_poll(poll=poll, by=alice)
    assert f"<code>{mark_of(drawn[1])}</code>" in page.get(address).content.decode()
    lines = b"".join(page.get(f"{address}ballots.csv")).decode().splitlines()
    assert list(csv.reader(lines))[1] == [mark_of(drawn[1]), "1", "", ""]


def test_names_stand_in_the_table_only_where_the_poll_shows_them(group, alice, bob, signed_in):
    shown, hidden = (make_poll(group, alice, names_shown=names, results="always") for names in (True, False))
    for poll in (shown, hidden):
        cast_ballot(poll=poll, voter=bob, choices={1: 1})
    page = signed_in(alice)
    assert '<th scope="row"><bdi>Bob Member</bdi></th>' in page.get(shown.get_absolute_url()).content.decode()
    assert "Bob Member" not in page.get(hidden.get_absolute_url()).content.decode()
    for poll in (shown, hidden):
        close_poll(poll=poll, by=alice)
    assert b"Bob Member" in b"".join(page.get(f"{shown.get_absolute_url()}ballots.csv"))
    assert b"Bob Member" not in b"".join(page.get(f"{hidden.get_absolute_url()}ballots.csv"))


def test_polls_of_closed_doors_are_not_seen(private_group, members_group, alice, charlie, signed_in):
    hidden, shut = make_poll(private_group, alice), make_poll(members_group, alice)
    for page in (signed_in(charlie), Client()):
        assert page.get(hidden.get_absolute_url()).status_code == 404
        assert page.post(hidden.get_absolute_url(), {"choice": "1"}).status_code == 404
        assert b"What shall we plant?" not in page.get(shut.get_absolute_url()).content
        assert b"What shall we plant?" not in page.get("/g/committee/polls/").content


def test_a_moderator_needs_the_right_for_polls_of_others(group, alice, signed_in):
    poll = make_poll(group, alice)
    dora = make_user("Dora")
    member = Membership.objects.create(group=group, user=dora, role=Role.MODERATOR, rights=["log"])
    assert signed_in(dora).get(reverse("poll-edit", args=["gardeners", poll.number])).status_code == 403
    member.rights = ["polls"]
    member.save()
    assert signed_in(dora).get(reverse("poll-edit", args=["gardeners", poll.number])).status_code == 200


def test_lists_and_pages_ask_as_much_whatever_there_is(group, alice, bob, signed_in, django_assert_max_num_queries):
    for place in range(45):
        poll = make_poll(group, alice, question=f"Poll {place}", results="always", names_shown=True)
        if place < 40:
            close_poll(poll=poll, by=alice)
    for place in range(12):
        voter = make_user(f"Voter{place}")
        Membership.objects.create(group=group, user=voter)
        cast_ballot(poll=poll, voter=voter, choices={1 + place % 3: 1})
    page = signed_in(bob)
    page.get("/g/gardeners/polls/")
    with django_assert_max_num_queries(8):
        first = page.get("/g/gardeners/polls/").content.decode()
    assert "Poll 44" in first
    assert 'rel="next"' in first
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older
    assert "Poll 0<" in page.get(f"/g/gardeners/polls/{older[1]}").content.decode()
    with django_assert_max_num_queries(13):
        page.get(poll.get_absolute_url())


def test_files_have_the_same_words_in_every_language(group, alice, bob, signed_in):
    poll = make_poll(group, alice, "dates", [date(2026, 12, 3), date(2026, 12, 4)])
    cast_ballot(poll=poll, voter=bob, choices={1: 2, 2: 0})
    close_poll(poll=poll, by=alice)
    for what in ("result", "ballots"):
        address = reverse("poll-csv", args=[group.slug, poll.number, what])
        files = [
            b"".join(signed_in(alice).get(address, headers={"accept-language": language}).streaming_content)
            for language in ("en", "de")
        ]
        assert files[0] == files[1] and b"Thu 3 Dec 2026" in files[0]
