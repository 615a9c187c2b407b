"""The names of a group: a new one, and others beside it. A name that was used once is never given to another group."""

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from groups.actions.log import note
from groups.models import Action, Alias, Group
from groups.names import why_not

MOST_ALIASES = 20


class NameTaken(Exception):
    """A sentence why the group cannot have this name."""


@transaction.atomic
def rename(*, group: Group, by: User, slug: str) -> bool:
    """Give the group another short name; the old one leads here for ever. False where it has that name. Raises NameTaken."""
    one_at_a_time()
    now = Group.objects.select_for_update().get(pk=group.pk)
    if slug == now.slug:
        return False
    _refuse_if_taken(slug, group)
    Alias.objects.filter(slug=slug, group=group).delete()  # it is the name itself again
    Alias.objects.create(slug=now.slug, group=group, was_its_name=True, made_by=by)
    Group.objects.filter(pk=group.pk).update(slug=slug, changed_at=timezone.now())
    note(Action.RENAMED, group=group, by=by, details={"short name": [now.slug, slug]})
    group.refresh_from_db()
    return True


@transaction.atomic
def add_alias(*, group: Group, by: User, slug: str) -> Alias:
    """One more name under which mail and links find the group. Raises NameTaken."""
    one_at_a_time()
    _refuse_if_taken(slug, group)
    if slug == group.slug or Alias.objects.filter(slug=slug).exists():
        raise NameTaken(_("The group has this name already."))
    if Alias.objects.filter(group=group, was_its_name=False).count() >= MOST_ALIASES:
        raise NameTaken(_("A group has at most %(most)s other names. Take one away first.") % {"most": MOST_ALIASES})
    alias = Alias.objects.create(slug=slug, group=group, made_by=by)
    note(Action.ALIAS_CHANGED, group=group, by=by, about=slug, details={"other name": ["", slug]})
    return alias


@transaction.atomic
def remove_alias(*, group: Group, by: User, pk: int) -> str | None:
    """Take a name away that somebody had added; former names stay. Returns it, None where there is none such. Nobody else
    gets it: letters to it are somewhere in people's address books."""
    alias = Alias.objects.filter(pk=pk, group=group, was_its_name=False).first()
    if alias is None or not Alias.objects.filter(pk=pk, group=group).update(group=None):
        return None
    note(Action.ALIAS_CHANGED, group=group, by=by, about=alias.slug, details={"other name": [alias.slug, ""]})
    return alias.slug


def one_at_a_time() -> None:
    """Names of groups and aliases stand in two tables, so no constraint holds them apart: who gives one away waits for who
    does. On SQLite the immediate transaction is the lock."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('names of groups'))")


def _refuse_if_taken(slug: str, group: Group) -> None:
    problem = why_not(slug, group)
    if problem:
        raise NameTaken(problem)


def refuse_used(slug: str) -> None:
    """For a new group. IntegrityError as where another group has the name now."""
    if Alias.objects.filter(slug=slug).exists():
        raise IntegrityError(f"Another group has or had the name {slug}.")
