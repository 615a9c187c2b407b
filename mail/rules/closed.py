"""The group takes no letters: its owners locked it for a while, or retired it for good."""

from groups.models import GroupState, Strangers
from mail.rules.types import Finding, Post, discard, reject

TAKEN_DOWN = "The group was taken down by the people who run this site."
_SAYS = {
    GroupState.LOCKED.value: "The group is locked: nobody writes to it at the moment.",
    GroupState.RETIRED.value: "The group is retired: its letters can be read, and no new ones come.",
}


def check(post: Post) -> Finding | None:
    group = post.group
    if group.taken_down:
        return reject(TAKEN_DOWN, TAKEN_DOWN)
    if group.state == GroupState.OPEN:
        return None
    if post.member is None and group.strangers == Strangers.DISCARD:
        return discard("The group is closed, and strangers are told nothing.")
    says = _SAYS[group.state]
    return reject(says, f"{says} {group.state_reason}".strip())
