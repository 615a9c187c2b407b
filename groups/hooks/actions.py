"""What owners do with the webhooks of their group, and site staff with those of all groups."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.doorbell import ring
from groups.actions.log import note
from groups.hooks.emitting import BELL
from groups.hooks.models import Event, Hook, HookState, Sending, SendingState
from groups.hooks.sending import switch_off
from groups.hooks.signing import new_secret
from groups.models import Action, Group

MOST_HOOKS = 20
BOTH_SECRETS = timedelta(hours=24)


class TooMany(Exception):
    """A sentence why there is no room for another."""


@transaction.atomic
def add(*, group: Group | None, by: User, **fields: Any) -> Hook:
    """Its secret is in the answer, to be shown once. Raises TooMany."""
    if Hook.objects.filter(group=group).count() >= MOST_HOOKS:
        said = _("There are at most %(number)s webhooks. Take one away first.")
        raise TooMany(said % {"number": MOST_HOOKS})
    hook = Hook.objects.create(group=group, made_by=by, secret=new_secret(), **fields)
    _note(hook, by, {"webhook": ["", hook.url]})
    return hook


@transaction.atomic
def change(hook: Hook, *, by: User, **fields: Any) -> bool:
    """False where nothing is other than it was."""
    changed = {name: [getattr(hook, name), value] for name, value in fields.items() if getattr(hook, name) != value}
    if not changed:
        return False
    for name, value in fields.items():
        setattr(hook, name, value)
    hook.save(update_fields=list(fields))
    _note(hook, by, {name: [_said(old), _said(new)] for name, (old, new) in changed.items()})
    return True


def _said(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, list) else value


@transaction.atomic
def turn_on(hook: Hook, *, by: User) -> bool:
    fresh = {"failures": 0, "failing_since": None, "rests_until": None, "is_slow": False, "why_off": ""}
    if not Hook.objects.filter(pk=hook.pk).exclude(state=HookState.ON).update(state=HookState.ON, **fresh):
        return False
    _note(hook, by, {"state": ["off", "on"]})
    return True


@transaction.atomic
def turn_off(hook: Hook, *, by: User) -> bool:
    if not switch_off(hook, HookState.OFF):
        return False
    _note(hook, by, {"state": ["on", "off"]})
    return True


@transaction.atomic
def rotate(hook: Hook, *, by: User) -> str:
    """A new secret, to be shown once. The old one is valid beside it for a day, so that a receiver can change in its time."""
    secret = new_secret()
    Hook.objects.filter(pk=hook.pk).update(
        secret=secret, old_secret=hook.secret, old_secret_until=timezone.now() + BOTH_SECRETS
    )
    _note(hook, by, {"secret": ["one", "a new one"]})
    return secret


@transaction.atomic
def end_old_secret(hook: Hook, *, by: User) -> bool:
    if not Hook.objects.filter(pk=hook.pk).exclude(old_secret="").update(old_secret="", old_secret_until=None):
        return False
    _note(hook, by, {"old secret": ["valid", "ended"]})
    return True


@transaction.atomic
def delete(hook: Hook, *, by: User) -> None:
    _note(hook, by, {"webhook": [hook.url, ""]})
    Sending.objects.filter(hook=hook).delete()
    Event.objects.filter(name="hook.test", sendings__isnull=True, group=hook.group).delete()
    hook.delete()


@transaction.atomic
def send_test(hook: Hook, *, by: User) -> Sending:
    """An event of which only this hook is told."""
    event = Event.objects.create(name="hook.test", group=hook.group, data={"by": str(by), "hook": str(hook)})
    sending = Sending.objects.create(hook=hook, event=event)
    Hook.objects.filter(pk=hook.pk).update(rests_until=None)
    ring(BELL)
    return sending


@transaction.atomic
def send_again(sending: Sending) -> bool:
    """With the same id, so that a receiver that took it knows it again. False where it waits anyway."""
    told = Sending.objects.filter(pk=sending.pk).exclude(state=SendingState.WAITING)
    if not told.update(state=SendingState.WAITING, attempts=0, next_at=timezone.now(), problem=""):
        return False
    Hook.objects.filter(pk=sending.hook_id).update(rests_until=None)
    ring(BELL)
    return True


def _note(hook: Hook, by: User, details: dict[str, Any]) -> None:
    note(Action.HOOK_CHANGED, group=hook.group, by=by, about=str(hook), details=details)
