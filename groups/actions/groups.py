"""Starting a group and changing its settings. Every change is kept in the log as what was and what is."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from groups.actions.addresses import one_at_a_time, refuse_used
from groups.actions.log import note
from groups.directory import keeping
from groups.domains.sites import MAIN
from groups.models import Action, ArchiveAccess, CameBy, Group, Membership, Reminder, Role, Visibility
from groups.models.finding import Finding
from groups.models.policy import MailPolicy
from groups.models.shaping import Shaping

MAIL_SETTINGS = tuple(field.name for field in MailPolicy._meta.get_fields())
NO_SETTINGS = {"uses_hashtags", "state", "state_reason", "reminded_in", "icon", "cover"}  # changed in ways of their own
SETTINGS = (
    *("name", "summary", "description", "language", "visibility", "archive_access"),
    *(field.name for field in Shaping._meta.get_fields() if field.name not in NO_SETTINGS),
    *(field.name for field in Finding._meta.get_fields()),
)
PEOPLE_SETTINGS = ("questions", "members_listed", "addresses_listed")
EVERY_SETTING = (*SETTINGS, *MAIL_SETTINGS, *PEOPLE_SETTINGS)


@transaction.atomic
def start_group(*, by: User | None, slug: str, name: str, domain: int = MAIN, **settings: Any) -> Group:
    """Make a group that `by` owns, or nobody yet (the operator's command line). `settings`: of EVERY_SETTING; `domain`: key of
    the one it lives on. IntegrityError where the slug is or once was another group's, or a private group has a public archive."""
    unknown = settings.keys() - set(EVERY_SETTING)
    if unknown:
        raise TypeError(f"These are no settings of a group: {', '.join(sorted(unknown))}.")
    one_at_a_time()
    refuse_used(slug)
    group = Group.objects.create(slug=slug, name=name, domain_id=domain or None, **settings)
    if by is not None:
        Membership.objects.create(group=group, user=by, role=Role.OWNER, came_by=CameBy.STARTED)
        note(Action.GROUP_STARTED, group=group, by=by)
    return group


def change_mail_policy(*, group: Group, by: User, **settings: Any) -> list[str]:
    """Keep new mail settings; returns the names of those that changed."""
    return _change(MAIL_SETTINGS, group, by, settings)


def change_people(*, group: Group, by: User, **settings: Any) -> list[str]:
    """Keep what applicants are asked, and what members see of one another."""
    return _change(PEOPLE_SETTINGS, group, by, settings)


def change_settings(*, group: Group, by: User, **settings: Any) -> list[str]:
    """Keep new settings; returns the names of those that changed. Pages of the group count as new from now on."""
    return _change(EVERY_SETTING, group, by, settings)


class CannotBe(Exception):
    """These settings do not go together; says why."""


@transaction.atomic
def _change(
    names: Iterable[str],
    group: Group,
    by: User,
    settings: Mapping[str, Any],
    action: Action = Action.SETTINGS_CHANGED,
    about: str = "",
) -> list[str]:
    before = Group.objects.select_for_update().get(pk=group.pk)
    changed = [name for name in names if name in settings and settings[name] != getattr(before, name)]
    if not changed:
        group.refresh_from_db()
        return []
    values = {name: settings[name] for name in changed}
    _check(before, values)
    details = {name: [getattr(before, name), value] for name, value in values.items()}
    now = timezone.now()
    if values.get("reminder") == Reminder.MONTHLY:  # the first one comes with the next month
        values["reminded_in"] = f"{now:%Y-%m}"
    Group.objects.filter(pk=group.pk).update(**values, changed_at=now)
    keeping.refresh([group.pk])
    note(action, group=group, by=by, about=about, details=details)
    group.refresh_from_db()
    return changed


def go_back(*, group: Group, by: User, settings: Mapping[str, Any], to: str) -> list[str]:
    """Earlier settings once more, as a change like any other. `to` says in words what to. Raises CannotBe."""
    return _change(EVERY_SETTING, group, by, settings, Action.SETTINGS_ROLLED_BACK, to)


def _check(before: Group, values: Mapping[str, Any]) -> None:
    visibility = values.get("visibility", before.visibility)
    access = values.get("archive_access", before.archive_access)
    if visibility == Visibility.PRIVATE and access == ArchiveAccess.PUBLIC:
        raise CannotBe(_("The letters of a private group are for its members."))
