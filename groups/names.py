"""Which short names a group may have."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from groups.models import Alias, Group
from groups.models.group import RESERVED_SLUGS


def why_not(slug: str, group: Group | None = None) -> str:
    """A sentence where no group, or not this one, may have the name; else empty. Its own former names are its own."""
    try:
        for check in Group._meta.get_field("slug").validators:  # type: ignore[union-attr]
            check(slug)
    except ValidationError as problem:
        return str(problem.messages[0])
    if slug in RESERVED_SLUGS:
        return _("This name is needed for other things. Choose another.")
    if Group.objects.filter(slug=slug).exclude(pk=group.pk if group is not None else 0).exists():
        return _("There is a group “%(name)s” already. Choose another short name.") % {"name": slug}
    if Alias.objects.filter(slug=slug).exclude(group=group, group__isnull=False).exists():
        said = _("“%(name)s” is or was the name of another group, and mail to it still goes there. Choose another.")
        return said % {"name": slug}
    return ""
