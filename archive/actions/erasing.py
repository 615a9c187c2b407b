"""Taking one person out of a group's archive: their name and addresses in the letters they wrote (From, signature, text) and in
those that name or quote them ("On … X wrote:"). What the letters were before is not kept. Done some letters at a time, since each
is rewritten: calling it again goes on."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from accounts.models import User
from archive.actions.revising import RevisionRefused, quoted_in_group, redact
from archive.models import Author, Message, Revision
from groups.actions.log import note
from groups.models import Action, Group

AT_ONCE = 50  # letters
SHORTEST = 3  # letters of a part of a name that is looked for by itself


@dataclass(slots=True)
class Erased:
    """How many letters were rewritten, how many are left for the next time, and what could not be."""

    done: int = 0
    left: int = 0
    refused: list[str] = field(default_factory=list)
    last: int = 0  # key of the last of the author's own letters that was looked at


def known_as(author: Author) -> list[str]:
    """Names and addresses that the person's letters bear, the longest first."""
    rows = Message.objects.filter(author=author).order_by().values_list("from_name", "from_address").distinct()[:50]
    found = {author.name, author.address, *(each for row in rows for each in row)}
    return sorted(filter(None, found), key=len, reverse=True)


def parts_of(names: Sequence[str]) -> list[str]:
    """Names with their parts: in one's own letters a first name is a signature."""
    parts = [part.strip(".,;'\"()") for name in names if "@" not in name for part in name.split()]
    return list(dict.fromkeys([*names, *(part for part in parts if len(part) >= SHORTEST)]))


def erase(
    group: Group,
    author: int,
    names: Sequence[str],
    *,
    by: User,
    reason: str = "",
    after: int = 0,
    most: int | None = None,
) -> Erased:
    """Black the names out of the next letters: first those of the author behind the key `after`, then those of others."""
    result, most = Erased(), most or AT_ONCE
    theirs = Message.objects.filter(group=group, author=author, pk__gt=after)
    own = list(theirs.order_by("pk")[: most + 1])
    others = quoted_in_group(group, names, reader=by, words=True) if len(own) < most else []
    own_keys = {letter.pk for letter in own}
    waiting = [(one, parts_of(names)) for one in own] + [(one, list(names)) for one in others if one.pk not in own_keys]
    for place, (letter, passages) in enumerate(waiting):
        if result.done == most:
            result.left = len(waiting) - place
            break
        _erase_in(letter, passages, by, result)
        result.last = letter.pk if letter.pk in own_keys else result.last
    if result.done:
        note(Action.LETTER_REDACTED, group=group, by=by, about=f"a person in {result.done} letters", reason=reason)
    return result


@transaction.atomic
def _erase_in(letter: Message, passages: Sequence[str], by: User, result: Erased) -> None:
    try:
        result.done += redact(letter, passages, by=by, words=True, logged=False)
    except RevisionRefused as refusal:
        result.refused.append(str(refusal))
        return
    Revision.objects.filter(message=letter).update(raw=b"", subject="", text="")
