"""What each role may do, and what owners give to a moderator."""

import pytest
from django.test import RequestFactory

from groups.access import OwnersOnly, standing_of, visit_with
from groups.actions.log import note
from groups.models import Action, Membership, Right, Role
from groups.permissions import Standing
from tests.builders import make_group, make_user

pytestmark = pytest.mark.django_db


def test_owners_may_do_everything_and_members_nothing():
    assert Standing(role=Role.OWNER).rights == frozenset(Right)
    assert Standing(is_staff=True).may(Right.DESTROY)
    assert not Standing(role=Role.MEMBER, given=frozenset({Right.POSTS})).rights
    assert not Standing().rights


def test_a_moderator_may_do_the_usual_things_until_the_owners_say_otherwise():
    membership = Membership.objects.create(group=make_group(), user=make_user(), role=Role.MODERATOR)
    usual = standing_of(membership.user, membership.group)
    assert usual.may(Right.POSTS) and not usual.may(Right.DESTROY)
    membership.rights = [Right.DESTROY]
    membership.save()
    given = standing_of(membership.user, membership.group)
    assert given.may(Right.DESTROY) and not given.may(Right.POSTS)


def test_who_lacks_a_right_is_told_which_one():
    membership = Membership.objects.create(group=make_group(), user=make_user(), role=Role.MODERATOR)
    request = RequestFactory().get("/")
    request.user = membership.user
    assert visit_with(request, membership.group.slug, Right.BANS).group == membership.group
    with pytest.raises(OwnersOnly, match="destroy letters for ever"):
        visit_with(request, membership.group.slug, Right.DESTROY)


def test_the_log_keeps_names_when_people_have_gone():
    group, maria = make_group(), make_user(name="Maria")
    note(Action.ADDED, group=group, by=maria, about="new@example.org", details={"role": ["", "member"]})
    maria.delete()
    entry = group.log.get()
    assert str(entry) == "Maria added a member new@example.org"
    assert entry.details == {"role": ["", "member"]}
