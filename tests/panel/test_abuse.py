"""What people report to the site, and what those who run it do about it."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from archive.models import Message
from groups.abuse import actions, targets
from groups.abuse.models import AbuseReport, AppendOnly, Case, Outcome, StaffEntry, State
from groups.models import Action, Ban, Group, LogEntry, Membership
from mail.models import Inbound, InboundState
from tests.builders import make_group, make_message, make_operator, make_user
from tests.mail.builders import make_inbound

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> User:
    return make_operator()


@pytest.fixture
def panel(olga, signed_in) -> Client:
    return signed_in(olga)


def reported(group: Group, *people: User | None) -> Case:
    for person in people:
        actions.report(targets.of_group(group), what="spam", words="Pills", by=person)
    return Case.objects.get()


def test_a_stranger_and_a_member_report_a_group_and_it_is_one_case(group, bob, signed_in):
    page = reverse("report-group", args=[group.slug])
    said = Client().post(page, {"what": "illegal", "words": "Look at message 7.", "address": "eve@example.net"})
    assert said["Location"] == group.get_absolute_url()
    member = signed_in(bob)
    for _ in range(2):
        member.post(page, {"what": "spam", "hear": "on"})
    case = Case.objects.get()
    assert case.reports_made == case.reports.count() == 2
    assert set(case.reports.values_list("what", "by", "address")) == {
        ("illegal", None, "eve@example.net"),
        ("spam", bob.pk, bob.email),
    }
    assert [one.to for one in mail.outbox] == [[bob.email]]  # nobody makes us mail a stranger by naming them


def test_machines_and_the_tireless_are_stopped(group):
    page = reverse("report-group", args=[group.slug])
    Client().post(page, {"what": "spam", "website": "http://pills.example"})
    assert not Case.objects.exists()
    answers = [Client().post(page, {"what": "spam"}).status_code for _ in range(11)]
    assert answers == [302] * 9 + [429] * 2 and AbuseReport.objects.count() == 9
    assert Client().post(page, {"what": "nonsense"}).status_code == 400


def test_a_letter_and_a_person_are_reported(group, bob, charlie, signed_in):
    letter = make_message(group, sender=f"Bob <{bob.email}>")
    Client().post(reverse("report-letter", args=[group.slug, letter.number]), {"what": "harassment"})
    Membership.objects.create(group=group, user=charlie)
    signed_in(charlie).post(reverse("report-person", args=[group.slug, bob.pk]), {"what": "harassment"})
    assert set(Case.objects.values_list("kind", "person")) == {("letter", bob.pk), ("person", bob.pk)}


def test_the_queue_gathers_and_the_case_shows_what_is_needed(panel, group, alice, bob, django_assert_max_num_queries):
    make_message(group, subject="Cheap pills", body="Buy now")
    for number in range(20):
        reported_group = make_group(f"more-{number}")
        actions.report(targets.of_group(reported_group), what="spam", by=bob)
    actions.report(targets.of_group(group), what="spam", words="Pills everywhere", by=bob)
    actions.report(targets.of_group(group), what="illegal", by=None)
    with django_assert_max_num_queries(8):
        said = panel.get(reverse("admin:abuse")).content.decode()
    assert said.index("Riverside Gardeners") < said.index("More 19") and "2 reports" in said
    case = Case.objects.get(target=group.pk, kind="group")
    with django_assert_max_num_queries(22):
        said = panel.get(reverse("admin:abuse-case", args=[case.pk])).content.decode()
    for words in ("Pills everywhere", "1 × Spam", "Cheap pills", "Suspend Alice Owner"):
        assert words in said


def test_suspending_the_author_from_the_case(panel, olga, group, bob):
    letter = make_message(group, sender=f"Bob <{bob.email}>")
    held = make_inbound(group, state=InboundState.HELD, spooled={"sender": bob})
    actions.report(targets.KINDS["letter"].find(letter.pk), what="spam", by=None, address="eve@example.net")
    case = Case.objects.get()
    form = reverse("admin:suspend", args=[bob.pk])
    assert "Things of theirs that wait" in panel.get(form, {"case": case.pk}).content.decode()
    wish = {"case": case.pk, "because": "Pills.", "lasts": "7", "drop_waiting": "on", "ban": "on"}
    said = panel.post(form, wish, follow=True).content.decode()
    assert "Bob Member is suspended" in said and "1 thing that waited dropped, 1 address banned" in said
    bob.refresh_from_db()
    case.refresh_from_db()
    assert bob.is_suspended and bob.suspended_until and bob.suspended_by == olga
    assert (case.state, case.outcome, case.settled_by) == (State.DONE, Outcome.SUSPENDED, olga)
    assert Inbound.objects.get(pk=held.pk).state == InboundState.DISCARDED
    assert Ban.objects.filter(group=None, value=bob.email).exists()
    assert {one.to[0] for one in mail.outbox} == {bob.email, "eve@example.net"}
    entry = StaffEntry.objects.get(action="suspended")
    assert (entry.by_id, entry.about_id, entry.reason, entry.ip) == (olga.pk, str(bob.pk), "Pills.", "127.0.0.1")
    panel.post(reverse("admin:lift", args=[bob.pk]), {"words": "A mistake."})
    assert User.objects.may_act().filter(pk=bob.pk).exists()


@pytest.mark.parametrize(
    ("what", "outcome"), [("take-down", Outcome.TAKEN_DOWN), ("warn", Outcome.WARNED), ("dismiss", Outcome.DISMISSED)]
)
def test_what_else_is_done_about_a_group(panel, group, alice, bob, what, outcome):
    case = reported(group, bob)
    page = reverse("admin:abuse-case", args=[case.pk])
    if what != "dismiss":
        panel.post(page, {"what": what})  # without a word nobody is told anything
        assert Case.objects.get().is_open
    panel.post(page, {"what": what, "words": "No pills here."})
    case.refresh_from_db()
    group.refresh_from_db()
    assert case.outcome == outcome and group.is_taken_down == (what == "take-down")
    assert [one.to for one in mail.outbox] == ([] if what == "dismiss" else [[alice.email]])
    assert LogEntry.objects.filter(group=group, action=Action.TAKEN_DOWN).exists() == (what == "take-down")
    panel.post(page, {"what": what, "words": "Again."})
    assert Case.objects.filter(state=State.DONE).count() == 1


def test_taking_a_letter_down_and_destroying_it(panel, group):
    letter = make_message(group)
    actions.report(targets.KINDS["letter"].find(letter.pk), what="copyright")
    page = reverse("admin:abuse-case", args=[Case.objects.get().pk])
    said = panel.get(page).content.decode()
    assert "Hide the letter" in said and "Destroy it for ever" in said
    panel.post(page, {"what": "take-down", "words": "It is somebody else’s."})
    address = reverse("message", args=[group.slug, letter.number])
    assert Client().get(address).status_code == 404
    panel.post(page, {"what": "put-back"})
    assert Client().get(address).status_code == 200
    actions.report(targets.KINDS["letter"].find(letter.pk), what="copyright")
    page = reverse("admin:abuse-case", args=[Case.objects.open().get().pk])
    panel.post(page, {"what": "destroy", "words": "A court said so."})
    assert not Message.objects.filter(pk=letter.pk).exists()


def test_two_of_the_staff_do_not_work_on_the_same_case(panel, group, bob, signed_in):
    page = reverse("admin:abuse-case", args=[reported(group, bob).pk])
    panel.post(page, {"what": "claim"})
    other = signed_in(make_operator("Otto Operator"))
    assert "Olga Operator is at it" in other.get(page).content.decode()
    assert "Somebody else is at it" in other.post(page, {"what": "claim"}, follow=True).content.decode()
    panel.post(page, {"what": "release"})
    assert "It is yours" in other.post(page, {"what": "claim"}, follow=True).content.decode()


def test_removing_somebody_from_every_group_and_taking_it_back(panel, group, members_group, alice, bob):
    form = reverse("admin:remove-everywhere", args=[bob.pk])
    assert "2 groups" in panel.get(form).content.decode()
    panel.post(form, {"because": "Asked us by mail."})
    assert not Membership.objects.filter(user=bob).exists()
    assert LogEntry.objects.filter(action=Action.REMOVED, about=bob, reason="Asked us by mail.").count() == 2
    where = panel.get(reverse("admin:where"), {"address": bob.email}).content.decode()
    assert "Put them back into 2 groups" in where
    entry = StaffEntry.objects.get(action="removed from every group")
    panel.post(reverse("admin:put-back-everywhere", args=[bob.pk, entry.pk]))
    assert Membership.objects.filter(user=bob).count() == 2
    said = panel.post(reverse("admin:remove-everywhere", args=[alice.pk]), {"because": "x"}, follow=True)
    assert "Still the only owner of" in said.content.decode()


def test_the_log_of_the_staff_has_everything_and_is_never_changed(panel, olga, group, bob):
    panel.post(reverse("admin:accounts_user_change", args=[bob.pk]), {**person_form(bob), "name": "Robert"})
    entry = StaffEntry.objects.get(action="changed")
    assert entry.details == {"name": ["Bob Member", "Robert"]} and entry.about_name.startswith("Robert")
    page = panel.get(reverse("admin:staff-log"), {"about": bob.email}).content.decode()
    assert "Robert" in page
    assert "Nothing like that" in panel.get(reverse("admin:staff-log"), {"who": "x@example.org"}).content.decode()
    file = b"".join(panel.post(reverse("admin:staff-log-csv")).streaming_content).decode()
    assert "changed" in file and StaffEntry.objects.filter(action__startswith="exported").exists()
    for change in (entry.delete, entry.save, StaffEntry.objects.all().delete):
        with pytest.raises(AppendOnly):
            change()


def person_form(user: User) -> dict[str, object]:
    return {"email": user.email, "name": user.name, "time_zone": "", "is_active": "on"}


def test_only_staff_with_the_permission_decide(group, bob, signed_in):
    case = reported(group, bob)
    helper = signed_in(make_operator("Hal Helper", is_superuser=False))
    pages = [
        reverse("admin:abuse"),
        reverse("admin:abuse-case", args=[case.pk]),
        reverse("admin:suspend", args=[bob.pk]),
        reverse("admin:takedown", args=[group.pk]),
        reverse("admin:where"),
        reverse("admin:staff-log"),
        reverse("admin:staff-log-csv"),
    ]
    assert {helper.get(page).status_code for page in pages} == {403}
    assert {signed_in(bob).get(page).status_code for page in pages} == {302}


def test_everything_about_an_address_and_no_query_more_for_more_groups(
    panel, group, bob, django_assert_max_num_queries
):
    make_inbound(group, author=bob.email, subject="Seeds", state=InboundState.ARCHIVED)
    Ban.objects.create(kind="domain", value="example.org", reason="Test")
    for number in range(10):
        make_group(f"more-{number}", members=[bob])
    with django_assert_max_num_queries(32):
        said = panel.get(reverse("admin:where"), {"address": f"Bob <{bob.email.upper()}>"}).content.decode()
    for words in ("Bob Member", "Riverside Gardeners", "Seeds", "Bans that match", "More 9"):
        assert words in said
    assert "Nothing is known" in panel.get(reverse("admin:where"), {"address": "who@nowhere.example"}).content.decode()


def test_somebody_with_two_addresses_is_found_by_either(panel, bob):
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=bob, email="bob@work.example", verified=True)
    assert "Bob Member" in panel.get(reverse("admin:where"), {"address": "bob@work.example"}).content.decode()
    assert "Bob Member" in panel.get("/admin/accounts/user/", {"q": "bob@work.example"}).content.decode()


def test_a_suspended_person_reports_nothing_in_the_name_of_others(group):
    eve = make_user("Eve", is_active=False)
    assert actions.report(targets.of_group(group), what="spam", by=eve) is actions.Reported.TAKEN
    assert actions.report(targets.of_group(group), what="spam", by=eve) is actions.Reported.BEFORE
