"""Work on thousands of letters, done by a worker some letters at a time: a row says how far it is, whoever dies goes on from
there, and it can be stopped between two steps. What few letters need is done within the request, and never comes here."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from archive.actions import erasing, moving
from archive.actions.destroying import destroy_letters
from archive.actions.topics import TopicRefused
from archive.actions.transfers import in_language_of, is_free
from archive.models import Chore, ChoreState, Thread, TopicChange
from archive.naming import thread_url
from common import processes
from common.doorbell import ring
from groups.models import Group

SMALL = 200  # letters: so many are dealt with while somebody waits for the page
A_STEP = 50
REWRITTEN_A_STEP = 10
MOST_SAID = 50
TASK = "archive.tasks.do_chores"
OVER: dict[str, Any] = {"asked": {}, "claim": "", "beat_at": None}
logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Step:
    done: int
    is_last: bool
    leads_to: str = ""
    said: tuple[str, ...] = ()


@transaction.atomic
def plan(kind: Chore.Kind, group: Group, by: User, *, total: int = 0, **asked: object) -> Chore:
    chore = Chore.objects.create(kind=kind, group=group, by=by, total=total, asked=asked)
    ring(TASK)
    return chore


def do_waiting() -> int:
    """Everything that waits, or whose worker went away. Returns how many were looked after."""
    looked_after = 0
    due = Chore.objects.filter(state__in=(ChoreState.WAITING, ChoreState.WORKING)).order_by("pk")
    for pk in list(due.values_list("pk", flat=True)):
        chore = Chore.objects.select_related("group", "by").get(pk=pk)
        looked_after += _claimed(chore) and _do(chore)
    return looked_after


def _claimed(chore: Chore) -> bool:
    if not chore.under_way or not is_free(chore.claim, chore.beat_at):
        return False
    as_it_was = Chore.objects.filter(pk=chore.pk, state=chore.state, claim=chore.claim, beat_at=chore.beat_at)
    mine = processes.signature()
    taken = as_it_was.update(state=ChoreState.WORKING, claim=mine, beat_at=timezone.now())
    chore.state, chore.claim = ChoreState.WORKING, mine
    return bool(taken)


def _do(chore: Chore) -> bool:
    step = STEPS[Chore.Kind(chore.kind)]
    try:
        with in_language_of(chore.by):
            while not _one(chore, step):
                pass
    except TopicRefused as refusal:
        _end(chore, ChoreState.FAILED, said=[*chore.said, str(refusal)])
    except Exception:
        logger.exception("%s failed.", chore)
        with in_language_of(chore.by):
            sentence = _("Something went wrong. What was done stays done.")
        _end(chore, ChoreState.FAILED, said=[*chore.said, sentence])
    return True


@transaction.atomic
def _one(chore: Chore, step: Callable[[Chore], Step]) -> bool:
    """One step and how far it brought us, or neither. True when it was the last."""
    row = Chore.objects.select_for_update().filter(pk=chore.pk, claim=chore.claim, state=ChoreState.WORKING).first()
    if row is None:
        return True  # somebody else has it now
    if row.cancel_requested:
        _end(chore, ChoreState.CANCELLED)
        return True
    taken = step(chore)
    chore.done += taken.done
    chore.said = list(dict.fromkeys([*chore.said, *taken.said]))[:MOST_SAID]
    Chore.objects.filter(pk=chore.pk).update(
        done=chore.done, said=chore.said, asked=chore.asked, beat_at=timezone.now()
    )
    if taken.is_last:
        _end(chore, ChoreState.DONE, leads_to=taken.leads_to)
    return taken.is_last


def _end(chore: Chore, state: ChoreState, **values: object) -> None:
    mine = Chore.objects.filter(pk=chore.pk, claim=chore.claim, state=ChoreState.WORKING)
    mine.update(state=state, finished_at=timezone.now(), **{**OVER, **values})


def stop(chore: Chore) -> bool:
    """Ask it to end before its next step. False where it is over, or can no longer be stopped."""
    if Chore.objects.filter(pk=chore.pk, state=ChoreState.WAITING).update(
        state=ChoreState.CANCELLED, finished_at=timezone.now(), **OVER
    ):
        return True
    working = Chore.objects.filter(pk=chore.pk, state=ChoreState.WORKING)
    return not chore.in_one_piece and bool(working.update(cancel_requested=True))


# What a step of each kind is


def _destroy(chore: Chore) -> Step:
    """`letters`: keys of those that are left; `reason`."""
    now, later = chore.asked["letters"][:A_STEP], chore.asked["letters"][A_STEP:]
    chore.asked = {**chore.asked, "letters": later}
    done = destroy_letters(chore.group, now, by=chore.by, reason=chore.asked["reason"])
    return Step(done, not later)


def _erase(chore: Chore) -> Step:
    """`author`, `names`, `reason`; `after`: the last of their own letters that was looked at. Until there is none behind it, and
    a step finds nothing more in those of others that it can rewrite."""
    asked = chore.asked
    who = {"author": asked["author"], "names": asked["names"], "reason": asked["reason"], "after": asked["after"]}
    found = erasing.erase(chore.group, **who, by=chore.by, most=REWRITTEN_A_STEP)
    chore.asked = {**asked, "after": found.last or asked["after"]}
    return Step(found.done, not found.done and not found.last, said=tuple(found.refused))


def _move(chore: Chore) -> Step:
    """`thread`, `to`: keys."""
    thread = Thread.objects.select_related("group").filter(pk=chore.asked["thread"], group=chore.group).first()
    to = Group.objects.filter(pk=chore.asked["to"]).first()
    if thread is None or to is None:
        raise TopicRefused(_("The topic, or the group it was to go to, is no longer there."))
    change = moving.move(thread, to, by=chore.by)
    return Step(len(change.before["letters"]), True, thread_url(to.slug, change.before["number"]))


def _return(chore: Chore) -> Step:
    """`change`: key of the move to be taken back."""
    change = TopicChange.objects.select_related("group").filter(pk=chore.asked["change"], group=chore.group).first()
    if change is None:
        raise TopicRefused(_("There is no such change any more."))
    thread = moving.undo(change, by=chore.by)
    return Step(len(change.before["letters"]), True, thread_url(chore.group.slug, thread.number))


STEPS: dict[Chore.Kind, Callable[[Chore], Step]] = {
    Chore.Kind.DESTROY: _destroy,
    Chore.Kind.ERASE: _erase,
    Chore.Kind.MOVE: _move,
    Chore.Kind.RETURN: _return,
}
