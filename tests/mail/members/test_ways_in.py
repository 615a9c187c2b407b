"""Ways into a group: applications with questions, invitations, links. None makes a member of anybody who did not say yes, and
an address gets one mail a day that it did not ask for."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail as outbox
from django.utils import timezone

from accounts.models import User
from groups.actions.inviting import make_link
from groups.models import (
    Asked,
    Ban,
    BanKind,
    Invitation,
    InvitationState,
    Joining,
    JoinLink,
    JoinRequest,
    LogEntry,
    Waiting,
)
from groups.pasted import Pasted
from mail.commands.inviting import invite
from mail.tasks import close_overdue, expire_what_waited
from tests.builders import make_group
from tests.mail.commands.people import write
from tests.mail.members.links import confirm_link, invitation_link

pytestmark = pytest.mark.django_db
INVITE = "/g/gardeners/members/invite/"
WAITING = "/g/gardeners/members/waiting/"
ANN = "ann@example.org"


@pytest.fixture
def applied(group, client):
    """Ann answered the questions and confirmed her address; a moderator is to decide."""
    group.joining, group.questions = Joining.APPROVAL, ["Which plot?"]
    group.save()
    client.post("/g/gardeners/join/", {"address": ANN, "answer-0": "Number 31."})
    client.post(confirm_link(ANN))
    return JoinRequest.objects.get()


def test_who_does_not_answer_the_questions_is_asked_again(group, client):
    group.joining, group.questions = Joining.APPROVAL, ["Which plot?"]
    group.save()
    assert client.post("/g/gardeners/join/", {"address": ANN, "answer-0": " "}).status_code == 400
    assert not JoinRequest.objects.exists()


def test_the_answers_stand_where_it_is_decided(mo, applied, page_of, mails):
    page = page_of(mo, WAITING)
    assert "Which plot?" in page and "Number 31." in page
    assert "Number 31." in mails(mo.email)[0]


def test_who_asked_by_mail_answers_where_they_confirm(group, client):
    group.joining, group.questions = Joining.APPROVAL, ["Which plot?"]
    group.save()
    write("gardeners+subscribe@posthouse.localhost", "", group=group, sender=f"Ann <{ANN}>")
    assert b"Which plot?" in client.get(confirm_link(ANN)).content
    client.post(confirm_link(ANN), {"answer-0": "Number 31."})
    assert JoinRequest.objects.get().answers == [["Which plot?", "Number 31."]]


def test_a_moderator_accepts_and_the_log_says_so(applied, mo, press, group, mails):
    press(mo, f"{WAITING}{applied.pk}/", decision="approve")
    assert group.memberships.get(user__email=ANN).came_by == "web"
    assert "You are a member" in mails(ANN)[-1]
    assert LogEntry.objects.filter(action="queue.request-accepted", by=mo).exists()
    assert "Somebody else has decided" in press(mo, f"{WAITING}{applied.pk}/", decision="reject")


def test_what_somebody_claimed_is_left_alone_on_both_pages_and_what_is_decided_is_gone_from_both(
    applied, alice, mo, press, page_of
):
    row, queue_page = Waiting.objects.get(), "/g/gardeners/moderation/"
    press(alice, f"{queue_page}{row.pk}/claim/")
    assert all("Alice Owner</bdi> is at it" in page_of(mo, page) for page in (WAITING, queue_page))
    assert "Alice Owner is at it until" in press(mo, f"{WAITING}{applied.pk}/", decision="reject")
    applied.refresh_from_db()
    assert applied.state == "pending"
    said = press(alice, f"{WAITING}{applied.pk}/", decision="approve")
    assert "Accepted: they are a member, and were told." in said
    assert not any(ANN in page_of(mo, page) for page in (WAITING, queue_page))
    row.refresh_from_db()
    assert (row.state, row.outcome, row.settled_by) == ("done", "approve", alice)


def test_a_dropped_request_is_called_so_in_the_queue(applied, mo, press, page_of):
    press(mo, f"{WAITING}{applied.pk}/", decision="discard")
    assert "Dropped. Nobody is told." in page_of(mo, f"/g/gardeners/moderation/{Waiting.objects.get().pk}/")


def test_members_do_not_decide(applied, bob, signed_in, group):
    assert signed_in(bob).post(f"{WAITING}{applied.pk}/", {"decision": "approve"}).status_code == 403
    assert group.memberships.count() == 2


def test_nobody_decided_for_two_weeks(applied, mails):
    Waiting.objects.update(since=timezone.now() - timedelta(days=15))
    close_overdue()
    applied.refresh_from_db()
    assert applied.state == "refused"
    assert "Nobody decided about it within 14 days" in mails(ANN)[-1]


def test_who_has_not_confirmed_is_listed_and_asked_again_after_a_day(group, client, mo, press, page_of, mails):
    client.post("/g/gardeners/join/", {"address": ANN})
    wish = JoinRequest.objects.get()
    assert ANN in page_of(mo, WAITING + "?of=unconfirmed")
    assert "within a day" in press(mo, f"{WAITING}{wish.pk}/", decision="again")
    Asked.objects.update(at=timezone.now() - timedelta(hours=25))
    press(mo, f"{WAITING}{wish.pk}/", decision="again")
    assert len(mails(ANN)) == 2


def test_pasted_people_are_shown_first_and_then_invited(mo, press, group, mails):
    text = "Ann Berg <ann@example.org>\nben@example.org\nno address here\nbob@example.org"
    shown = press(mo, INVITE, people=text)
    assert "3 addresses understood" in shown and "no address here" in shown
    assert not Invitation.objects.exists() and not outbox.outbox
    report = press(mo, INVITE, people=text, words="We dig on Saturday.", send="yes")
    assert "2 invitations are on the way" in report and "bob@example.org</bdi> is a member already" in report
    assert "We dig on Saturday." in mails(ANN)[0] and "Mo Moderator invites you" in mails(ANN)[0]
    assert group.memberships.count() == 3


@pytest.fixture
def invited(group, alice):
    invite(group=group, people=[Pasted(ANN, "Ann Berg")], words="", by=alice)
    return Invitation.objects.get()


def test_looking_at_an_invitation_changes_nothing(invited, client, group):
    for method in (client.get, client.head):
        assert method(invitation_link(ANN)).status_code == 200
    invited.refresh_from_db()
    assert invited.state == InvitationState.SENT and not User.objects.filter(email=ANN).exists()


def test_accepting_needs_no_account(invited, client, group):
    client.post(invitation_link(ANN), {"answer": "accept"})
    member = group.memberships.get(user__email=ANN)
    assert (member.came_by, member.user.name, member.user.has_usable_password()) == ("invitation", "Ann Berg", False)


def test_an_answer_by_mail_accepts(invited, group):
    token = invitation_link(ANN).strip("/").split("/")[-1]
    write(f"confirm+{token}@posthouse.localhost", "yes", sender=f"Ann <{ANN}>")
    assert group.memberships.filter(user__email=ANN).exists()


def test_who_declines_is_never_invited_by_this_group_again(invited, client, group, alice, mails):
    client.post(invitation_link(ANN), {"answer": "decline"})
    Asked.objects.all().delete()
    outcome = invite(group=group, people=[Pasted(ANN)], words="", by=alice)
    assert outcome.left_out == [(ANN, "has declined, and is not asked again")]
    assert client.post(invitation_link(ANN), {"answer": "accept"}).status_code == 410
    assert len(mails(ANN)) == 1


def test_a_retired_group_takes_nobody_in(invited, client, group, alice):
    group.state = "retired"
    group.save()
    link = make_link(group=group, by=alice, limit=None, expires_at=None, at_once=True)
    assert client.post(f"/join/{link.secret}/", {"address": ANN}).status_code == 410
    assert client.post(invitation_link(ANN), {"answer": "accept"}).status_code == 410


def test_an_invitation_is_taken_back_and_its_link_is_dead(invited, mo, press, client, group):
    press(mo, f"{INVITE}{invited.pk}/", what="cancel")
    assert client.post(invitation_link(ANN), {"answer": "accept"}).status_code == 410
    assert not group.memberships.filter(user__email=ANN).exists()


def test_an_invitation_is_sent_again_but_not_on_the_same_day(invited, mo, press, mails):
    assert "within a day" in press(mo, f"{INVITE}{invited.pk}/", what="again")
    Asked.objects.update(at=timezone.now() - timedelta(hours=25))
    press(mo, f"{INVITE}{invited.pk}/", what="again")
    invited.refresh_from_db()
    assert (invited.times_sent, len(mails(ANN))) == (2, 2)


def test_unanswered_invitations_end(invited, client):
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=31))
    expire_what_waited()
    assert Invitation.objects.get().state == InvitationState.EXPIRED


def test_a_group_invites_so_many_a_day(group, alice, settings):
    settings.INVITATIONS_A_DAY = 2
    people = [Pasted(f"p{number}@example.org") for number in range(4)]
    outcome = invite(group=group, people=people, words="", by=alice)
    assert (len(outcome.sent), len(outcome.left_out)) == (2, 2)


def test_the_banned_are_not_invited(group, alice):
    Ban.objects.create(kind=BanKind.DOMAIN, value="example.org")
    assert invite(group=group, people=[Pasted(ANN)], words="", by=alice).left_out == [(ANN, "is banned")]


def test_whatever_door_they_use_a_mailbox_gets_one_mail_a_day(client, alice, mails, press):
    for number in range(3):
        group = make_group(f"group-{number}", owner=alice)
        client.post(f"/g/{group.slug}/join/", {"address": ANN})
        invite(group=group, people=[Pasted(ANN)], words="", by=alice)
        link = make_link(group=group, by=alice, limit=None, expires_at=None, at_once=True)
        client.post(f"/join/{link.secret}/", {"address": ANN})
    assert len(mails(ANN)) == 1


def test_a_link_opens_a_group_that_is_by_invitation_and_still_asks_the_address(private_group, alice, client):
    private_group.joining = Joining.INVITATION
    private_group.save()
    link = make_link(group=private_group, by=alice, limit=1, expires_at=None, at_once=True)
    assert b"Secret Plans" in client.get(f"/join/{link.secret}/").content
    client.post(f"/join/{link.secret}/", {"address": ANN})
    assert not private_group.memberships.filter(user__email=ANN).exists()
    client.post(confirm_link(ANN))
    assert private_group.memberships.get(user__email=ANN).came_by == "link"
    assert client.get(f"/join/{link.secret}/").status_code == 410


@pytest.mark.parametrize("change", [{"ended_at": timezone.now()}, {"expires_at": timezone.now()}, {"used": 5}])
def test_a_link_that_has_ended_lets_nobody_in(group, charlie, signed_in, change):
    EmailAddress.objects.create(user=charlie, email=charlie.email, verified=True, primary=True)
    link = JoinLink.objects.create(group=group, limit=5, **change)
    assert signed_in(charlie).post(f"/join/{link.secret}/").status_code == 410
    assert not group.memberships.filter(user=charlie).exists()


def test_owners_make_links_and_end_them(alice, mo, press, page_of, group, signed_in):
    press(alice, "/g/gardeners/members/links/", label="Poster", limit="20", lasts="30", at_once="yes")
    link = JoinLink.objects.get()
    assert (link.limit, link.at_once, link.expires_at > timezone.now()) == (20, True, True)
    code = signed_in(alice).get(f"/g/gardeners/members/links/{link.pk}/qr.svg")
    assert code["Content-Type"] == "image/svg+xml" and b"<svg" in code.content
    page_of(mo, "/g/gardeners/members/links/", status=403)
    press(alice, f"/g/gardeners/members/links/{link.pk}/end/")
    assert not JoinLink.objects.working().exists()
