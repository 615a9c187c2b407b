"""Deciding about things that wait, one or many, by whatever door: the right is checked here, the kind does the rest."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import User
from common.sentences import small
from groups.models import Waiting
from groups.moderation import queue
from groups.moderation.registry import kind_of
from groups.permissions import Standing

MOST_AT_ONCE = 200
LETS_ON = ("approve", "trust")
logger = logging.getLogger(__name__)


class NotAllowed(Exception):
    """There is no such decision about such a thing, or it needs a right that this person does not have."""


def decide(waiting: Waiting, name: str, *, by: User, standing: Standing, words: str = "") -> bool:
    """False where somebody else was quicker. All in one transaction: what fails half-way never happened."""
    kind = kind_of(waiting)
    choice = kind.choice(name)
    if choice is None or not standing.may(kind.right):
        raise NotAllowed(_("There is no such decision."))
    _stopped_by_the_site(waiting, name)
    if choice.right is not None and not standing.may(choice.right):
        said = _("This needs a right that the group’s owners give: to %(right)s.")
        raise NotAllowed(said % {"right": small(choice.right.label)})
    with transaction.atomic():
        done = kind.decide(waiting, name, by, words.strip())
    queue.forget_count(by)
    return done


def _stopped_by_the_site(waiting: Waiting, name: str) -> None:
    """Nothing goes on to a group that was taken down, nor from somebody who is suspended; it may be refused or dropped."""
    if name not in LETS_ON:
        return
    if waiting.group.is_taken_down:
        raise NotAllowed(_("The group was taken down by the people who run this site."))
    if waiting.person is not None and waiting.person.is_suspended:
        raise NotAllowed(_("Its author is suspended by the people who run this site."))


@dataclass
class Many:
    """What became of a bulk of things."""

    done: int = 0
    before: int = 0  # decided by somebody else
    claimed: int = 0  # in somebody else's hands, left alone
    refused: int = 0  # this decision cannot be made about them, or not by this person
    failed: int = 0

    @property
    def sentence(self) -> str:
        parts = [
            (self.done, ngettext("%(count)s done", "%(count)s done", self.done)),
            (
                self.before,
                ngettext("%(count)s had been decided already", "%(count)s had been decided already", self.before),
            ),
            (
                self.claimed,
                ngettext(
                    "%(count)s left alone, because somebody else is at them",
                    "%(count)s left alone, because somebody else is at them",
                    self.claimed,
                ),
            ),
            (
                self.refused,
                ngettext(
                    "%(count)s cannot be decided that way by you",
                    "%(count)s cannot be decided that way by you",
                    self.refused,
                ),
            ),
            (
                self.failed,
                ngettext("%(count)s went wrong and still wait", "%(count)s went wrong and still wait", self.failed),
            ),
        ]
        said = [words % {"count": count} for place, (count, words) in enumerate(parts) if count or not place]
        return pgettext("between the parts of a list", ", ").join(said) + "."


def decide_many(chosen: Iterable[tuple[Waiting, Standing]], name: str, *, by: User, words: str = "") -> Many:
    """One after the other, each in a transaction of its own: one that fails keeps no other back."""
    many = Many()
    for waiting, standing in chosen:
        if not waiting.is_open:
            many.before += 1
        elif queue.in_others_hands(waiting, by):
            many.claimed += 1
        else:
            _count(many, waiting, name, by, standing, words)
    return many


def _count(many: Many, waiting: Waiting, name: str, by: User, standing: Standing, words: str) -> None:
    try:
        done = decide(waiting, name, by=by, standing=standing, words=words)
    except NotAllowed:
        many.refused += 1
    except Exception:
        logger.exception("Deciding %s about %s failed.", name, waiting.pk)
        many.failed += 1
    else:
        many.done += done
        many.before += not done
