"""One person in a group: what is decided about them, what they are told, what is remembered."""

import pytest
from allauth.account.models import EmailAddress

from groups.models import Ban, Delivery, Group, LogEntry, MemberNote, Membership, Posting, Right, Role
from mail.models import InboundState, Mailbox, MailboxState
from tests.builders import make_user
from tests.mail.builders import make_delivery, make_inbound, make_outgoing

pytestmark = pytest.mark.django_db


@pytest.fixture
def bobs(group, bob):
    return f"/g/gardeners/members/{bob.pk}/"


def test_the_page_shows_what_was_and_costs_few_queries(
    group, bob, mo, bobs, signed_in, django_assert_max_num_queries, press
):
    make_inbound(group, author=bob.email, subject="Best price", state=InboundState.REJECTED, reason="An advertisement.")
    make_delivery(make_outgoing(group, subject="The shed"), bob)
    press(mo, bobs + "change/", what="note", text="Owes the shed key.")
    with django_assert_max_num_queries(28):
        page = signed_in(mo).get(bobs).content.decode()
    for words in ("Best price", "An advertisement.", "The shed", "Owes the shed key.", "wrote a note about a member"):
        assert words in page


def test_members_and_strangers_do_not_see_it(bob, charlie, bobs, page_of, client):
    for user in (bob, charlie):
        page_of(user, bobs, status=403)
    assert client.get(bobs).status_code in (302, 403)
    assert client.post(bobs + "change/", {"what": "remove"}).status_code in (302, 403)


def test_somebody_who_was_never_here_has_no_page(mo, group, charlie, page_of):
    page_of(mo, f"/g/gardeners/members/{charlie.pk}/", status=404)


def test_an_owner_makes_a_moderator_and_ticks_what_they_may(press, alice, bob, bobs, group):
    press(alice, bobs + "change/", what="role", role="moderator")
    press(alice, bobs + "change/", what="rights", right=["posts", "export", "nonsense"])
    assert group.memberships.get(user=bob).rights == [Right.POSTS, Right.EXPORT]
    changes = [entry.details for entry in LogEntry.objects.filter(about=bob).order_by("pk")]
    assert changes == [{"role": ["Member", "Moderator"]}, {"rights": ["the usual", "posts, export"]}]


def test_a_moderator_may_do_neither(press, mo, bob, bobs, group):
    for fields in ({"what": "role", "role": "owner"}, {"what": "rights", "right": "export"}):
        assert "Only owners decide" in press(mo, bobs + "change/", **fields)
    assert group.memberships.get(user=bob).role == Role.MEMBER


def test_the_last_owner_stays(press, alice, group):
    page = press(alice, f"/g/gardeners/members/{alice.pk}/change/", what="role", role="member")
    assert "would have no owner left" in page
    assert group.memberships.get(user=alice).role == Role.OWNER


def test_a_choice_for_a_member_is_told_and_logged(press, mo, bob, bobs, group, mails):
    press(mo, bobs + "change/", what="delivery", delivery="none")
    press(mo, bobs + "change/", what="posting", posting="refused")
    membership = group.memberships.get(user=bob)
    assert (membership.delivery, membership.posting) == (Delivery.NONE, Posting.REFUSED)
    assert "chose for you" in mails(bob.email)[0]
    assert LogEntry.objects.filter(about=bob, by=mo).count() == 2


def test_a_mailbox_that_works_again_is_freed(press, mo, bob, bobs, page_of):
    Mailbox.objects.create(address=bob.email, state=MailboxState.SUSPENDED, score=4)
    assert "No mail goes to bob@example.org" in page_of(mo, bobs)
    press(mo, bobs + "change/", what="heal")
    assert Mailbox.objects.get().state == MailboxState.NORMAL


def test_notes_are_erased_by_who_wrote_them_or_an_owner(press, mo, alice, bob, bobs, group):
    other = make_user("Other Moderator")
    group.memberships.create(user=other, role=Role.MODERATOR)
    for eraser, left in ((other, 1), (alice, 0)):
        MemberNote.objects.all().delete()
        press(mo, bobs + "change/", what="note", text="A note.")
        press(eraser, bobs + "change/", what="erase", note=MemberNote.objects.get().pk)
        assert MemberNote.objects.count() == left


def test_a_ban_takes_them_out_with_every_address(press, mo, bob, bobs, group):
    EmailAddress.objects.create(user=bob, email="bob@work.example", verified=True)
    press(mo, bobs + "change/", what="ban", words="Sold things.")
    assert set(Ban.objects.values_list("value", flat=True)) == {"bob@example.org", "bob@work.example"}
    assert not group.memberships.filter(user=bob).exists()


def test_without_the_right_nobody_is_banned(press, mo, bob, bobs, group):
    group.memberships.filter(user=mo).update(rights=[Right.MEMBERS])
    press(mo, bobs + "change/", what="ban")
    assert not Ban.objects.exists() and group.memberships.filter(user=bob).exists()


def test_who_was_removed_stands_among_past_members_with_the_reason(press, mo, bob, bobs, page_of, mails):
    press(mo, bobs + "change/", what="remove", words="Rules.", tell="no")
    assert mails(bob.email) == []
    past = page_of(mo, "/g/gardeners/members/past/")
    assert "removed by Mo Moderator: Rules." in past
    assert "Bring them back" in page_of(mo, bobs)


def test_who_was_removed_does_not_come_back_by_an_old_mail(press, mo, bob, bobs, group):
    from groups.actions.leaving import come_back

    press(mo, bobs + "change/", what="remove")
    assert come_back(group.past_members.get()) is None


def test_who_is_banned_is_not_brought_back_before_the_ban_is_lifted(press, mo, bob, bobs, group):
    press(mo, bobs + "change/", what="ban")
    assert "Lift the ban first" in press(mo, bobs + "change/", what="back")
    Ban.objects.all().delete()
    press(mo, bobs + "change/", what="back")
    assert group.memberships.filter(user=bob).exists()


def test_removing_somebody_twice_is_a_404(press, mo, bobs, signed_in):
    press(mo, bobs + "change/", what="remove")
    assert signed_in(mo).post(bobs + "change/", {"what": "remove"}).status_code == 404


def test_the_mail_of_all_groups_moves_at_once(press, bob, group, private_group):
    EmailAddress.objects.create(user=bob, email=bob.email, verified=True, primary=True)
    EmailAddress.objects.create(user=bob, email="bob@work.example", verified=True)
    EmailAddress.objects.create(user=bob, email="bob@unproved.example", verified=False)
    fields = {"mail_hour": "7", "time_zone": "", "everywhere": "yes"}
    press(bob, "/account/mail/", **fields, **{"everywhere-address": "bob@unproved.example"})
    assert not Membership.objects.exclude(address="").exists()
    press(bob, "/account/mail/", **fields, **{"everywhere-address": "bob@work.example"})
    assert set(Membership.objects.filter(user=bob).values_list("address", flat=True)) == {"bob@work.example"}
    one = group.memberships.get(user=bob).pk
    press(bob, "/account/mail/", mail_hour="7", time_zone="", **{f"address-{one}": ""})
    assert group.memberships.get(user=bob).address == ""


def test_an_address_that_is_given_up_gets_no_more_mail(bob, group, signed_in):
    EmailAddress.objects.create(user=bob, email=bob.email, verified=True, primary=True)
    EmailAddress.objects.create(user=bob, email="bob@work.example", verified=True)
    group.memberships.filter(user=bob).update(address="bob@work.example")
    signed_in(bob).post("/account/email/", {"email": "bob@work.example", "action_remove": ""})
    assert group.memberships.get(user=bob).address == ""
    assert Group.objects.count() == 1
