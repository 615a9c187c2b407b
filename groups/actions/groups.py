"""Starting a group and changing what it says of itself."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from groups.models import ArchiveAccess, Group, Membership, Role, Visibility
from groups.models.policy import MailPolicy

SETTINGS = ("name", "summary", "description", "language", "visibility", "archive_access")
MAIL_SETTINGS = tuple(field.name for field in MailPolicy._meta.get_fields())


@transaction.atomic
def start_group(
    *,
    by: User | None,
    slug: str,
    name: str,
    summary: str = "",
    description: str = "",
    language: str = "",
    visibility: str = Visibility.PUBLIC,
    archive_access: str = ArchiveAccess.PUBLIC,
) -> Group:
    """Make a group that `by` owns, or nobody yet (the operator's command line). IntegrityError where the slug is taken or
    a private group has a public archive."""
    group = Group.objects.create(
        slug=slug,
        name=name,
        summary=summary,
        description=description,
        language=language,
        visibility=visibility,
        archive_access=archive_access,
    )
    if by is not None:
        Membership.objects.create(group=group, user=by, role=Role.OWNER)
    return group


def change_mail_policy(*, group: Group, by: User, **settings: Any) -> list[str]:
    """Keep new mail settings; returns the names of those that changed."""
    return _change(MAIL_SETTINGS, group, settings)


def change_settings(*, group: Group, by: User, **settings: Any) -> list[str]:
    """Keep new settings; returns the names of those that changed. Pages of the group count as new from now on."""
    return _change(SETTINGS, group, settings)


@transaction.atomic
def _change(names: tuple[str, ...], group: Group, settings: dict[str, Any]) -> list[str]:
    changed = [name for name in names if name in settings and settings[name] != getattr(group, name)]
    if not changed:
        return []
    values = {name: settings[name] for name in changed}
    Group.objects.filter(pk=group.pk).update(**values, changed_at=timezone.now())
    group.refresh_from_db()
    return changed
