"""Giving a group its icon and cover, and taking them away."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from groups import pictures
from groups.actions.log import note
from groups.models import Action, Group

_WORDS = {pictures.ICON: "the icon", pictures.COVER: "the cover picture"}


@transaction.atomic
def set_picture(*, group: Group, by: User, kind: str, made: Mapping[int, bytes] | None) -> bool:
    """`made`: by pictures.made_from; None takes it away. False where nothing changed. The files of the old one go after the
    commit."""
    now = Group.objects.select_for_update().get(pk=group.pk)
    old = getattr(now, kind)
    new = pictures.keep(group.pk, kind, made) if made is not None else ""
    if new == old:
        return False
    Group.objects.filter(pk=group.pk).update(**{kind: new}, changed_at=timezone.now())
    note(Action.SETTINGS_CHANGED, group=group, by=by, about=_WORDS[kind] + ("" if new else ", which is gone"))
    if old:
        transaction.on_commit(lambda: pictures.forget(group.pk, kind, old))
    group.refresh_from_db()
    return True
