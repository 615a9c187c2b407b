"""Adding members on an owner's word: looked at first, told to each, taken back as one; and the members as a file."""

import csv
import io
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail as outbox
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import User
from groups.actions.members import write_note
from groups.models import Asked, Ban, Batch, BatchState, Invitation, LogEntry, Right
from mail.commands.adding import work_on_waiting
from mail.tasks import expire_what_waited
from tests.builders import make_group, make_user
from tests.mail.members.links import leave_link

pytestmark = pytest.mark.django_db
ADD = "/g/gardeners/members/add/"
ANN = "ann@example.org"


@pytest.fixture
def look_at(signed_in, alice, group):
    """look_at(text) uploads a file; gives the batch and the page that shows what is in it."""

    def upload(text, by=alice, slug="gardeners"):
        file = SimpleUploadedFile("members.csv", text.encode(), content_type="text/csv")
        response = signed_in(by).post(f"/g/{slug}/members/add/", {"file": file}, follow=True)
        return Batch.objects.order_by("-pk").first(), response.content.decode()

    return upload


@pytest.fixture
def add(look_at, press, alice):
    def run(text, by=alice, slug="gardeners"):
        batch, _ = look_at(text, by, slug)
        press(by, f"/g/{slug}/members/add/{batch.pk}/change/", what="start", consent="signed", consent_words="Meeting")
        work_on_waiting()
        batch.refresh_from_db()
        return batch

    return run


def test_nothing_happens_before_it_was_looked_at(look_at, group):
    _, page = look_at("email,name,role\nann@example.org,Ann,moderator\nnobody\nbob@example.org,Bob,\n")
    assert "1 of 3 lines can be added" in page
    for words in ("is no address", "is a member already", "moderator, every message"):
        assert words in page
    assert group.memberships.count() == 2 and not outbox.outbox


def test_a_file_that_was_only_looked_at_is_forgotten_the_next_day(look_at):
    batch, _ = look_at("ann@example.org\n")
    expire_what_waited()
    assert Batch.objects.filter(pk=batch.pk).exists()
    Batch.objects.update(made_at=timezone.now() - timedelta(days=2))
    expire_what_waited()
    assert not Batch.objects.exists()


def test_columns_delimiter_and_encoding_can_be_changed(look_at, press, alice):
    batch, _ = look_at("who;nick\nann@example.org;Annie\n")
    page = press(
        alice,
        f"{ADD}{batch.pk}/change/",
        what="look",
        heading="yes",
        delimiter=";",
        encoding="utf-8",
        **{"column-0": "address", "column-1": ""},
    )
    assert "1 of 1 line can be added" in page
    batch.refresh_from_db()
    assert batch.reading["columns"] == ["address", ""]


def test_each_is_a_member_as_the_file_says_told_and_leaves_with_one_click(add, group, alice, client):
    batch = add("email,name,delivery,joined,role\nann@example.org,Ann Berg,digest,2011-05-06,moderator\n")
    member = group.memberships.get(user__email=ANN)
    assert (member.delivery, member.role, member.joined_at.year, member.batch) == ("digest", "moderator", 2011, batch)
    letter = outbox.outbox[-1]
    assert letter.to == [ANN] and "Alice Owner added this address" in letter.body
    assert "signed up on paper" in letter.body
    assert LogEntry.objects.get(action="member.imported").reason == "Meeting"
    client.post(leave_link(ANN), {"List-Unsubscribe": "One-Click"})
    assert not group.memberships.filter(user__email=ANN).exists()


def test_without_saying_how_they_know_nobody_is_added(look_at, press, alice, group):
    batch, _ = look_at("ann@example.org\n")
    assert "Say how you know" in press(alice, f"{ADD}{batch.pk}/change/", what="start", consent="")
    work_on_waiting()
    assert group.memberships.count() == 2


def test_taken_back_as_one_but_for_those_who_were_members_before(add, press, alice, bob, group):
    batch = add("ann@example.org\nben@example.org\nbob@example.org\n")
    assert (batch.added, batch.state, batch.report) == (2, BatchState.DONE, {"is a member already": 1})
    press(alice, f"{ADD}{batch.pk}/change/", what="undo")
    work_on_waiting()
    batch.refresh_from_db()
    assert batch.state == BatchState.UNDONE
    assert {each.user for each in group.memberships.all()} == {alice, bob}


def test_an_undo_forgets_people_whom_nobody_knows_otherwise(add, press, alice, group, charlie):
    batch = add("ann@example.org\nben@example.org\ncy@example.org\ncharlie@example.org\n")
    ann, ben = (User.objects.get(email=f"{name}@example.org") for name in ("ann", "ben"))
    make_group("sailors", owner=alice, members=[ann])
    write_note(group=group, about=ben, text="Owes the key of the shed.", by=alice)
    press(alice, f"{ADD}{batch.pk}/change/", what="undo")
    work_on_waiting()
    left = set(User.objects.values_list("email", flat=True))
    assert {ann.email, ben.email, charlie.email} <= left and "cy@example.org" not in left
    assert group.memberships.count() == 2


def test_after_an_undo_the_same_file_goes_in_again_without_a_second_mail(add, press, alice, group, mails):
    batch = add("ann@example.org\n")
    press(alice, f"{ADD}{batch.pk}/change/", what="undo")
    work_on_waiting()
    add("ann@example.org\n")
    assert group.memberships.filter(user__email=ANN).exists() and len(mails(ANN)) == 1


def test_another_group_does_not_add_them_on_the_same_day(add, alice, mails):
    make_group("sailors", owner=alice)
    add("ann@example.org\n")
    assert add("ann@example.org\n", slug="sailors").report == {"was written to within a day; add them tomorrow": 1}
    assert len(mails(ANN)) == 1


def test_who_left_declined_or_is_banned_is_left_out(add, group, alice, client):
    add("ann@example.org\n")
    client.post(leave_link(ANN), {"wanted": "leave"})
    Invitation.objects.create(group=group, address="ben@example.org", state="declined")
    Ban.objects.create(group=group, kind="pattern", value="c*@example.org")
    batch = add("ann@example.org\nben@example.org\ncy@example.org\n")
    assert (batch.added, len(batch.report)) == (0, 3)


def test_an_account_that_nobody_confirmed_is_not_let_in(add, group):
    make_user("Squatter", email=ANN)  # whoever knows the password need not be Ann
    assert "not confirmed" in next(iter(add("ann@example.org\n").report))


def test_two_addresses_of_one_person_are_one_member(add, group, charlie):
    for address in (charlie.email, "charlie@work.example"):
        EmailAddress.objects.create(user=charlie, email=address, verified=True)
    assert add("charlie@example.org\ncharlie@work.example\n").added == 1


def test_so_many_a_day_and_no_more(add, settings, group):
    settings.MEMBERS_ADDED_A_DAY = 2
    assert add("\n".join(f"p{number}@example.org" for number in range(4))).added == 2
    Asked.objects.all().delete()
    assert add("q@example.org\n").added == 0


def test_pasted_addresses_go_the_same_way(press, alice, group):
    page = press(alice, ADD, people="Ann Berg <ann@example.org>\nben@example.org")
    assert "2 of 2 lines can be added" in page and "Ann Berg" in page


@pytest.mark.parametrize("content", ["", "PK\x03\x04"])
def test_a_file_that_is_none_is_told_in_words(content, press, alice, group):
    file = SimpleUploadedFile("x.csv", content.encode())
    page = press(alice, ADD, follow=False, file=file, people="")
    assert page.status_code == 400


def test_a_worker_that_dies_between_is_followed_by_the_next(look_at, press, alice, group, monkeypatch):
    from groups.actions import adding

    monkeypatch.setattr(adding, "CHUNK", 10)
    batch, _ = look_at("\n".join(f"p{number}@example.org" for number in range(25)))
    press(alice, f"{ADD}{batch.pk}/change/", what="start", consent="asked")
    whole, calls = adding._members, []

    def dies(*words):
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("the machine is gone")
        return whole(*words)

    monkeypatch.setattr(adding, "_members", dies)
    with pytest.raises(RuntimeError):
        work_on_waiting()
    monkeypatch.setattr(adding, "_members", whole)
    work_on_waiting()
    batch.refresh_from_db()
    assert (batch.added, group.memberships.count(), len(outbox.outbox)) == (25, 27, 25)


def test_only_owners_add(press, mo, group, page_of):
    page_of(mo, ADD, status=403)
    assert press(mo, ADD, follow=False, people="x@example.org").status_code == 403


def test_the_file_holds_everything_and_runs_nothing(signed_in, alice, mo, bob, group, add):
    User.objects.filter(pk=bob.pk).update(name='=HYPERLINK("https://bad.example")')
    add("ann@example.org\n")
    response = signed_in(alice).post("/g/gardeners/members/export/members.csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = {row["address"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows["bob@example.org"]["name"].startswith("'=")
    assert rows[ANN]["consent"] == "They signed up on paper, on a form or at a meeting Meeting"
    assert LogEntry.objects.filter(action="group.members-exported", by=alice).exists()


def test_the_file_needs_a_right_of_its_own(signed_in, mo, bob, group):
    for user in (mo, bob):
        assert signed_in(user).post("/g/gardeners/members/export/members.csv").status_code == 403
    group.memberships.filter(user=mo).update(rights=[Right.EXPORT])
    assert signed_in(mo).post("/g/gardeners/members/export/members.csv").status_code == 200
