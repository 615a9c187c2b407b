"""The list of members for those who look after them, the directory for the others, and decisions about many at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from groups import roster
from groups.models import Delivery, LogEntry, Membership, PastMember, Posting, Right, Role
from mail.models import Mailbox, MailboxState
from tests.builders import make_user

pytestmark = pytest.mark.django_db
URL = "/g/gardeners/members/"
BULK = URL + "bulk/"


def names(response):
    return [each.user.name for each in response.context["page"].rows]


@pytest.fixture
def crowd(group):
    """Five members, each with something to find them by."""
    fields = {
        "Ann Paused": {"paused_because": "x", "paused_at": "2026-01-01T00:00Z"},
        "Ben Held": {"posting": Posting.MODERATED},
        "Cy Digest": {"delivery": Delivery.DIGEST},
        "Di Bounces": {},
        "Ed Elsewhere": {"address": "ed@other.example"},
    }
    made = {name: group.memberships.create(user=make_user(name), **more) for name, more in fields.items()}
    for address in ("di@example.org", "ed@other.example"):
        Mailbox.objects.create(address=address, state=MailboxState.SUSPENDED, score=4)
    return made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=held", ["Ben Held"]),
        ("?q=other.EXAMPLE", ["Ed Elsewhere"]),
        ("?state=paused", ["Ann Paused"]),
        ("?state=moderated", ["Ben Held"]),
        ("?delivery=digest", ["Cy Digest"]),
        ("?state=bouncing&sort=name", ["Di Bounces", "Ed Elsewhere"]),
        ("?role=owner", ["Alice Owner"]),
        ("?q=%00%25&sort=nonsense", []),
    ],
)
def test_moderators_find_members_by_words_and_state(signed_in, mo, crowd, query, found):
    assert names(signed_in(mo).get(URL + query)) == found


def test_the_list_can_be_read_in_order_of_names_page_by_page(signed_in, alice, group):
    for number in range(70):
        group.memberships.create(user=make_user(f"Member{number:02} X"))
    client = signed_in(alice)
    first = client.get(URL + "?sort=name")
    second = client.get(URL + first.context["page"].next)
    assert sorted(names(first) + names(second)) == names(first) + names(second)
    assert len({*names(first), *names(second)}) == 72
    assert client.get(URL + "?sort=name&after=zz.1").status_code == 404


def test_a_member_who_changes_their_name_is_found_by_the_new_one(signed_in, alice, bob, group):
    bob.name = "Robert Renamed"
    bob.save()
    assert names(signed_in(alice).get(URL + "?q=renamed")) == ["Robert Renamed"]


def test_the_page_costs_the_same_for_few_and_many(signed_in, alice, group, crowd):
    client = signed_in(alice)
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL + "?state=bouncing")
    for number in range(59):
        group.memberships.create(user=make_user(f"Other{number} X"))
    with CaptureQueriesContext(connection) as many:
        client.get(URL + "?state=bouncing")
    assert len(few) == len(many) <= 12


def test_members_see_no_tools_and_those_without_the_right_neither(page_of, bob, mo, group):
    group.memberships.filter(user=mo).update(rights=[Right.POSTS])
    for user in (bob, mo):
        assert "With those ticked" not in page_of(user, URL)


def test_a_hidden_member_is_seen_by_moderators_alone(page_of, bob, mo, group, charlie):
    group.memberships.create(user=charlie, listed=False)
    assert "Charlie Stranger" not in page_of(bob, URL)
    assert "Charlie Stranger" in page_of(mo, URL)


def test_a_hidden_address_is_neither_shown_nor_found(page_of, bob, group, charlie):
    group.memberships.create(user=charlie, address_listed=False)
    shown = page_of(bob, URL)
    assert "Charlie Stranger" in shown and "charlie@example.org" not in shown
    assert "Charlie Stranger" not in page_of(bob, URL + "?q=charlie@")
    assert "Charlie Stranger" in page_of(bob, URL + "?q=stranger")


def test_the_group_says_what_is_usual_and_each_member_otherwise(page_of, press, alice, bob, group, charlie):
    press(alice, URL + "joining/", members_listed="", addresses_listed="")
    group.memberships.create(user=charlie)
    assert "Charlie" not in page_of(bob, URL)
    press(
        charlie, "/g/gardeners/membership/", delivery="every", digest_format="html", listed="yes", address_listed="no"
    )
    shown = page_of(bob, URL)
    assert "Charlie Stranger" in shown and "charlie@example.org" not in shown


def test_many_are_trusted_at_once_and_the_log_says_so(press, mo, crowd):
    keys = [each.pk for each in crowd.values()]
    press(mo, BULK, action="trust", who=keys[:3])
    assert Membership.objects.filter(posting=Posting.TRUSTED).count() == 3
    assert LogEntry.objects.filter(action="member.posting", by=mo).count() == 3


def test_many_get_a_digest_and_are_told(press, mo, crowd, mails):
    press(mo, BULK, action="delivery-digest", who=[crowd["Ann Paused"].pk])
    assert "Mo Moderator, who runs the group, chose for you" in mails("ann@example.org")[0]


def test_removing_asks_once_tells_them_and_can_be_undone(press, mo, crowd, group, mails):
    keys = [crowd["Ann Paused"].pk, crowd["Cy Digest"].pk]
    assert "Remove 2 members?" in press(mo, BULK, action="remove", who=keys)
    assert group.memberships.count() == 8
    press(mo, BULK, action="remove", who=keys, sure="yes", words="The plots are given up.")
    assert group.memberships.count() == 6
    assert "The plots are given up." in mails("cy@example.org")[0]
    user = crowd["Cy Digest"].user_id
    press(mo, f"{URL}{user}/change/", what="back")
    assert group.memberships.get(user=user).delivery == Delivery.DIGEST
    assert PastMember.objects.filter(returned_at__isnull=True).count() == 1


def test_everybody_on_the_page_is_written_to(press, alice, crowd, group, mails):
    keys = [each.pk for each in crowd.values()]
    press(alice, BULK, action="note", all="yes", shown=keys, sure="yes", subject="Keys", words="Please bring them.")
    assert [bool(mails(each.mail_address)) for each in crowd.values()] == [True] * 5


def test_moderators_decide_nothing_about_owners(press, mo, alice, group):
    owner = group.memberships.get(user=alice)
    assert "Only owners decide" in press(mo, BULK, action="remove", who=[owner.pk], sure="yes")
    assert group.memberships.filter(user=alice, role=Role.OWNER).exists()


def test_members_of_another_group_are_not_touched(press, mo, private_group):
    other = private_group.memberships.get(role=Role.MEMBER)
    assert "Tick somebody first" in press(mo, BULK, action="remove", who=[other.pk], sure="yes")
    assert private_group.memberships.count() == 2


def test_members_are_found_by_how_words_begin(group):
    people = {name: make_user(name, email=f"{place}@seeds.example") for place, name in enumerate(NAMES)}
    Membership.objects.bulk_create([Membership(group=group, user=user) for user in people.values()])
    assert finds(group, "linden") == ["Anna-Lena Lindenberg"]
    assert finds(group, "lena anna") == ["Anna-Lena Lindenberg"]
    assert finds(group, "berg") == ["Ida Berg"], "as a word begins, where one does"
    assert finds(group, "denberg") == ["Anna-Lena Lindenberg"], "else anywhere"
    assert finds(group, "花子") == ["木村花子"]
    assert finds(group, "@seeds.example") == finds(group, "SEEDS") == sorted(NAMES)
    assert finds(group, "1@seeds.example") == ["Ida Berg"]
    assert finds(group, "berg nobody") == []
    people["Ida Berg"].name = "Ida Strand"
    people["Ida Berg"].save()
    assert finds(group, "strand") == ["Ida Strand"] and "Ida" not in str(finds(group, "berg"))


NAMES = ("Anna-Lena Lindenberg", "Ida Berg", "木村花子")


def finds(group, words):
    found = sorted(one.user.name for one in roster.found(group, roster.Wanted(words=words)))
    return [name for name in found if not name.endswith(("Owner", "Member", "Mo"))]


def test_a_hidden_address_does_not_even_hide_what_else_would_be_found(group, charlie, bob):
    """Else one could tell from what is not found that somebody's hidden address begins so."""
    group.memberships.create(user=charlie, address_listed=False)
    group.memberships.create(user=make_user("Mac Harlie", email="x@example.org"))
    group.memberships.create(user=make_user("Macharlie", email="y@example.org"))
    type(charlie).objects.filter(pk=charlie.pk).update(name="Somebody")
    charlie.refresh_from_db()
    charlie.save()
    assert [one.user.name for one in roster.directory(group, "charlie")] == ["Macharlie"]
