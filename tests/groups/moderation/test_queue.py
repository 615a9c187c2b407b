"""One list of what waits: by rights, by claims, across groups, and as quick at the end as at the beginning."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from groups.models import Membership, Right, Role, Waiting
from groups.moderation import queue
from groups.moderation.queue import Filters, Part
from groups.permissions import Standing
from tests.builders import make_group, make_user
from tests.mail.waiting import ask_to_join, hold, row_of

pytestmark = pytest.mark.django_db
OWNER = Standing(role=Role.OWNER)


@pytest.fixture
def mo(group):
    mo = make_user("Mo")
    Membership.objects.create(group=group, user=mo, role=Role.MODERATOR)
    return mo


def titles(user, **filters) -> list[str]:
    page = queue.page(queue.parts_of(user), Filters(**filters), user, QueryDict())
    return [f"{row.kind} {row.target}" for row in page.rows]


def test_letters_and_requests_stand_in_one_list(group, alice, bob):
    letter, request = hold(group), ask_to_join(group)
    assert titles(alice) == [f"letter {letter.pk}", f"request {request.pk}"]
    assert titles(alice, kind="request") == [f"request {request.pk}"]


def test_a_moderator_sees_what_their_rights_are_about(group, mo, bob):
    letter, request = hold(group), ask_to_join(group)
    Membership.objects.filter(user=mo).update(rights=[Right.MEMBERS])
    assert titles(mo) == [f"request {request.pk}"]
    assert titles(mo, kind="letter") == []
    Membership.objects.filter(user=mo).update(rights=[Right.POSTS])
    assert titles(mo) == [f"letter {letter.pk}"]
    Membership.objects.filter(user=mo).update(rights=[])
    assert queue.parts_of(mo) == [] and queue.in_header(mo) is None


def test_whose_decision_it_is_leaves_the_list_by_whichever_door(group, alice, bob):
    from mail import review

    letter = hold(group)
    review.discard(letter, alice)
    row = row_of(letter)
    assert (row.state, row.outcome, row.settled_by, titles(alice)) == ("done", "discard", alice, [])


def test_a_claim_keeps_others_off_until_it_ends(group, alice, mo, bob):
    row = row_of(hold(group))
    assert queue.claim(row, alice)
    assert not queue.claim(row, mo) and queue.claim(row, alice)
    assert titles(alice, claimed="me") and not titles(mo, claimed="me") and not titles(mo, claimed="free")
    Waiting.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    row.refresh_from_db()
    assert not queue.in_others_hands(row, mo) and queue.claim(row, mo)


def test_a_claim_can_be_taken_over_and_given_back(group, alice, mo, bob):
    row = row_of(hold(group))
    queue.claim(row, alice)
    assert queue.claim(row, mo, take_over=True)
    assert not queue.release(row, alice) and queue.release(row, mo)
    assert titles(alice, claimed="free")


def test_quarantine_lies_on_a_shelf_of_its_own(group, alice, bob):
    row = row_of(hold(group))
    Waiting.objects.update(quiet=True)
    assert (titles(alice), titles(alice, quiet=True)) == ([], [f"letter {row.target}"])
    assert queue.in_header(alice) == 0


def many(group, count, start=0):
    now = timezone.now()
    rows = [queue.wait("letter", start + n, group, title=f"{n}", who="x@example.org") for n in range(count)]
    for n, row in enumerate(rows):
        row.since = now + timedelta(seconds=n)
    queue.wait_all(rows)


def test_pages_across_groups_lose_and_repeat_nothing(alice, bob):
    for number in range(3):
        many(make_group(f"g{number}", owner=alice), 30, start=1000 * number)
    seen, params = [], QueryDict()
    for _ in range(4):
        page = queue.page(queue.parts_of(alice), Filters(), alice, params)
        seen += [row.pk for row in page.rows]
        if not page.next:
            break
        params = QueryDict(page.next.lstrip("?"))
    assert len(seen) == len(set(seen)) == 90
    assert seen == list(Waiting.objects.order_by("since", "id").values_list("pk", flat=True))
    assert queue.page(queue.parts_of(alice), Filters(), alice, params).previous


def test_counting_ends_where_nobody_counts_any_more(group, alice, bob):
    many(group, 30)
    assert queue.count([Part(group, OWNER)], Filters(), alice, most=10) == 11
    assert queue.in_header(alice) == 30


def test_one_that_waits_already_is_not_opened_twice(group, bob):
    letter = hold(group)
    queue.wait_all([queue.wait("letter", letter.pk, group)])
    assert Waiting.objects.count() == 1


def test_groups_that_a_person_moderates_cost_no_more_queries(alice, django_assert_max_num_queries):
    for number in range(12):
        many(make_group(f"g{number}", owner=alice), 2, start=100 * number)
    with django_assert_max_num_queries(3):
        queue.page(queue.parts_of(alice), Filters(), alice, QueryDict())
