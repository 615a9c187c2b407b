import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory

from archive.labels import letter_date
from archive.rows import extension, file_size
from groups.access import Visit, standing_of
from groups.models import Group
from tests.builders import FIRST_DATE, make_group, make_message, make_thread, make_transfer

pytestmark = pytest.mark.django_db


def home_of(group, user=None):
    """What a group's home shows of its letters."""
    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    group = Group.objects.select_related("archive").get(pk=group.pk)
    visit = Visit(group, standing_of(user, group))
    context = Context({"request": request, "visit": visit})
    return Template("{% load archive %}{% recent_threads visit %}").render(context)


def test_the_home_of_a_group_shows_its_latest_threads(group, django_assert_num_queries):
    for number in range(10):
        make_message(group, subject=f"Topic no. {number}")
    with django_assert_num_queries(2):  # the group and its threads
        home = home_of(group)
    assert "Topic no. 9" in home and "Topic no. 1" not in home and "All 10 topics" in home


def test_members_see_what_is_new(group, bob):
    bob.memberships.update(joined_at=FIRST_DATE)
    make_thread(group, 3)
    assert "3 new" in home_of(group, bob)


def test_the_home_of_a_closed_archive_says_whom_it_is_for(members_group, bob):
    make_message(members_group, subject="Budget")
    assert "Budget" not in home_of(members_group) and "for its members" in home_of(members_group)
    assert "Budget" in home_of(members_group, bob)


def test_an_import_under_way_is_not_on_the_home(group, alice):
    make_message(group, subject="Not yet", transfer=make_transfer(group, staged=True))
    assert "Not yet" not in home_of(group, alice)


def test_a_group_without_letters_has_a_home(db):
    assert "No letters yet" in home_of(make_group("fresh"))


def test_a_hostile_date_header_stays_in_its_attribute(group):
    letter = make_message(group, date_source="arrival", date_raw='"><script>alert(1)</script>')
    assert "<script>" not in letter_date(letter)


@pytest.mark.parametrize(
    ("size", "shown"),
    [(0, "0 bytes"), (900, "900 bytes"), (86_000, "84 KB"), (1_300_000, "1.2 MB"), (5 << 30, "5.0 GB")],
)
def test_sizes_are_short(size, shown):
    assert file_size(size) == shown


def test_a_file_without_a_picture_is_drawn_by_its_ending(group):
    make_message(
        group,
        files=[("notes.PDF", "application/pdf", b"x"), ("README", "text/plain", b"x"), ("", "text/calendar", b"x")],
    )
    files = group.messages.get().attachments.order_by("index")
    assert [extension(file) for file in files] == ["PDF", "TEXT", "DATE"]
