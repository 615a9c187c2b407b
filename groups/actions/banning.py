"""Bans of a group: made, and lifted. Those of the whole site are made in the administration."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from groups.actions.log import note
from groups.models import Action, Ban, BanKind, Group, Membership, Role


class NotBanned(Exception):
    """Says in a sentence why there is no ban."""


@transaction.atomic
def ban(*, group: Group, kind: str, value: str, by: User, reason: str = "") -> tuple[Ban, bool]:
    """(the ban, whether it is new). Raises NotBanned where it makes no sense or would hit somebody who runs the group."""
    wanted = Ban(group=group, kind=kind, value=value, reason=" ".join(reason.split())[:200], made_by=by)
    try:
        wanted.clean()
        wanted.clean_fields(exclude=["group", "made_by"])
    except ValidationError as error:
        raise NotBanned(" ".join(error.messages)) from None
    concerned = _who_runs(wanted)
    if concerned is not None:
        raise NotBanned(_("This would ban %(name)s, who runs the group.") % {"name": concerned})
    found = Ban.objects.filter(group=group, kind=kind, value=wanted.value).first()
    if found is not None:
        return found, False
    wanted.save()
    note(Action.BANNED, group=group, by=by, about=wanted.value, reason=reason)
    return wanted, True


def _who_runs(ban: Ban) -> User | None:
    running = Membership.objects.filter(group=ban.group).exclude(role=Role.MEMBER).select_related("user")
    return next((each.user for each in running if ban.concerns(each.user.email) or ban.concerns(each.address)), None)


@transaction.atomic
def lift(found: Ban, *, by: User) -> bool:
    """False where somebody else was quicker."""
    deleted, _ = Ban.objects.filter(pk=found.pk).delete()
    if deleted:
        note(Action.UNBANNED, group=found.group, by=by, about=found.value)
    return bool(deleted)


def members_concerned(found: Ban, most: int = 500) -> list[Membership]:
    """Members that the ban is about; whoever runs the group is left out."""
    narrowed = found.value.strip("*@").split("*")[0] if found.kind == BanKind.PATTERN else found.value
    rows = Membership.objects.filter(group=found.group, role=Role.MEMBER, label__contains=narrowed)
    near = rows.select_related("user", "group")[: 20 * most]
    return [each for each in near if found.concerns(each.user.email) or found.concerns(each.address)][:most]
