"""Letters of archives as what is reported to the site; and what a person's suspension meets."""

from accounts.models import User
from archive.actions.destroying import destroy_letters
from archive.actions.hiding import hide, show
from archive.models import Author, Message
from archive.models.message import permalink
from groups.abuse.targets import Kind, Sample, Target
from groups.actions.joining import person_of
from groups.models import Waiting
from groups.moderation import queue
from groups.moderation.registry import KINDS
from mail.outbox.claims import waiting
from mail.outbox.stopping import addresses_of

SAMPLES_SHOWN = 5
LONGEST_SAMPLE = 600
MOST_DROPPED = 500


def of_letter(letter: Message) -> Target:
    author = person_of(letter.from_address) if letter.from_address else None
    title = f"“{letter.subject or 'no subject'}” by {letter.author_label}"
    url = permalink(letter.group.slug, letter.number)
    return Target("letter", letter.pk, title, url, letter.group, author, is_down=letter.hidden_at is not None)


def _find(key: int) -> Target | None:
    letter = _letter(key)
    return of_letter(letter) if letter is not None else None


def _letter(key: int) -> Message | None:
    return Message.objects.select_related("group", "thread", "author").filter(pk=key).first()


def _take_down(target: Target, by: User, because: str) -> str:
    letter = _letter(target.key)
    if letter is None or not hide(letter.group, [letter], by=by, reason=because):
        return ""
    return "The letter is hidden from everybody."


def _put_back(target: Target, by: User) -> str:
    letter = _letter(target.key)
    return "The letter is shown again." if letter is not None and show(letter.group, [letter], by=by) else ""


def _destroy(target: Target, by: User, because: str) -> str:
    letter = _letter(target.key)
    if letter is None or not destroy_letters(letter.group, [letter.pk], by=by, reason=because):
        return ""
    return "The letter is destroyed."


LETTER = Kind("letter", "Letter", _find, _take_down, _put_back, "Hide the letter", "Show the letter again", _destroy)


def samples(target: Target) -> list[Sample]:
    """The letter itself and others of its author; the latest of a group, or of a person in any group."""
    if target.kind == "letter":
        letter = _letter(target.key)
        rows = [] if letter is None else [letter, *_of_author(letter)]
    elif target.kind == "group":
        rows = list(Message.objects.filter(group=target.key).order_by("-sent_at", "-id")[:SAMPLES_SHOWN])
        for row in rows:
            row.group = target.group  # type: ignore[assignment]
    else:
        rows = _of_person(target.person)
    return [_sample(row) for row in rows]


def _of_author(letter: Message) -> list[Message]:
    others = Message.objects.filter(author=letter.author_id).exclude(pk=letter.pk).select_related("group", "author")
    return list(others.order_by("-sent_at")[: SAMPLES_SHOWN - 1])


def _of_person(user: User | None) -> list[Message]:
    """By the groups they are in: names of authors are kept for each group."""
    if user is None:
        return []
    groups = user.memberships.values_list("group", flat=True)[:200]
    authors = Author.objects.filter(group__in=list(groups), key__in=addresses_of(user)).values_list("pk", flat=True)
    letters = Message.objects.filter(author__in=list(authors)).select_related("group", "author")
    return list(letters.order_by("-sent_at")[:SAMPLES_SHOWN])


def _sample(letter: Message) -> Sample:
    text = (letter.content.text if hasattr(letter, "content") else letter.snippet)[:LONGEST_SAMPLE]
    hidden = " (hidden)" if letter.hidden_at is not None else ""
    title = f"{letter.subject or '(no subject)'} in {letter.group.name}{hidden}"
    return Sample(title, text, permalink(letter.group.slug, letter.number), letter.sent_at)


def counts(user: User) -> list[tuple[str, int]]:
    """What a suspension of this person would stop."""
    copies = waiting().filter(address__in=addresses_of(user), user=user)
    return [
        ("Groups they are in", user.memberships.count()),
        ("Copies on their way to them", copies.order_by()[:1000].count()),
        ("Things of theirs that wait for moderators", _waiting_from(user).count()),
    ]


def _waiting_from(user: User):  # type: ignore[no-untyped-def]
    return Waiting.objects.open().filter(person=user).exclude(kind="report").select_related("group")


def drop_waiting(user: User, by: User) -> int:
    """Letters and requests are dropped as a moderator would do it; each group's log has it."""
    done = 0
    for row in _waiting_from(user)[:MOST_DROPPED]:
        kind = KINDS.get(row.kind)
        name = next((name for name in ("discard", "reject") if kind is not None and kind.choice(name)), "")
        done += bool(kind is not None and name and kind.decide(row, name, by, ""))
        queue.forget_count(by)
    return done
