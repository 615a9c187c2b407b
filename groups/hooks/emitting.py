"""Writing down what is to be told, in the transaction of what happened."""

from collections.abc import Sequence

from django.db.models import Q

from common.doorbell import ring
from groups.events import Happening
from groups.hooks.models import Event, Hook, Sending

BELL = "groups.hooks.tasks.deliver"


def write_down(happenings: Sequence[Happening]) -> None:
    """One query where nobody listens."""
    groups = {happening.group.pk for happening in happenings if happening.group is not None}
    listening = list(
        Hook.objects.listening().filter(Q(group__in=groups) | Q(group__isnull=True)).only("group", "events")
    )
    wanted = [(happening, hooks) for happening in happenings if (hooks := _wanting(listening, happening))]
    if not wanted:
        return
    events = Event.objects.bulk_create(
        [Event(name=one.name, group=one.group, data=dict(one.data), content=one.content) for one, _ in wanted]
    )
    Sending.objects.bulk_create(
        [Sending(hook=hook, event=event) for event, (_, hooks) in zip(events, wanted, strict=True) for hook in hooks]
    )
    ring(BELL)


def _wanting(listening: Sequence[Hook], happening: Happening) -> list[Hook]:
    group = happening.group.pk if happening.group is not None else None
    return [hook for hook in listening if happening.name in hook.events and hook.group_id in (None, group)]
