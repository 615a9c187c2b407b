"""Reports about letters of the archive. One report each person and letter; from the group's threshold on the letter is hidden
until a moderator decides. What a moderator once let stay is not hidden by reports again."""

from enum import StrEnum

from django.db import connection, transaction

from accounts.models import User
from archive.actions.removing import hide_letters, show_letters
from archive.models import Message
from archive.models.message import permalink
from archive.search.health import INDEX_TASK
from common import notices
from common.doorbell import ring
from common.notices import DAY
from common.sentences import as_kept
from groups.actions.joining import membership_of, person_of
from groups.actions.log import note
from groups.models import Action, Right, Role, Waiting
from groups.moderation import queue
from mail.inbound.telling import SUBJECT, ask_moderators
from mail.models import Report, Settled, Why
from mail.review.banning import ban
from mail.tokens import Case

REPORT = "report"  # the kind, in the moderators' queue


class Reported(StrEnum):
    """What became of a report."""

    TAKEN = "taken"
    HIDDEN = "hidden"
    BEFORE = "before"


@transaction.atomic
def report(letter: Message, by: User, why: str, words: str = "") -> Reported:
    made, is_new = Report.objects.get_or_create(
        letter=letter, by=by, defaults={"group": letter.group, "why": why, "words": words.strip()[:1000]}
    )
    if not is_new:
        return Reported.BEFORE
    waiting, is_first = _row(letter)
    hidden = _hide_if_many(letter, made)
    reports = Report.objects.filter(letter=letter, settled=Settled.OPEN)
    waiting.reason = _reason(list(reports.values_list("why", flat=True)), hidden or letter.hidden_at is not None)
    waiting.beginning = (letter.snippet or waiting.beginning)[:300]
    waiting.save(update_fields=["reason", "beginning"])
    note(Action.REPORTED, group=letter.group, by=by, about=_name(letter), url=_url(letter), reason=words)
    if is_first or hidden:
        _ask(letter, waiting, words)
    return Reported.HIDDEN if hidden else Reported.TAKEN


def _row(letter: Message) -> tuple[Waiting, bool]:
    """The row of this letter's reports, locked, so that of two reports at once one counts the other."""
    open_ones = Waiting.objects.open().filter(kind=REPORT, target=letter.pk)
    is_first = not open_ones.exists()
    if is_first:
        author = person_of(letter.from_address) if letter.from_address else None
        person = author.pk if author is not None else None
        row = queue.wait(
            REPORT, letter.pk, letter.group, title=letter.subject, who=letter.from_address, person=person, rule="report"
        )
        queue.wait_all([row])
    locked = open_ones.select_for_update() if connection.features.has_select_for_update else open_ones
    return locked.get(), is_first


def _reason(whys: list[str], hidden: bool) -> str:
    kinds = ", ".join(dict.fromkeys(as_kept(Why(why).label).lower() for why in whys))
    by = f"{len(whys)} members" if len(whys) > 1 else "a member"
    return f"Reported by {by}: {kinds}.{' It is hidden meanwhile.' if hidden else ''}"


def _hide_if_many(letter: Message, made: Report) -> bool:
    """Never what a moderator wrote, or let stay before."""
    group = letter.group
    reports = Report.objects.filter(letter=letter)
    few = not group.report_threshold or reports.filter(settled=Settled.OPEN).count() < group.report_threshold
    if few or letter.hidden_at is not None or reports.filter(settled=Settled.KEPT).exists():
        return False
    author = membership_of(group, letter.from_address) if letter.from_address else None
    if author is not None and author.role != Role.MEMBER:
        return False
    if not hide_letters(group, [letter.pk]):
        return False
    Report.objects.filter(pk=made.pk).update(hid_it=True)
    ring(INDEX_TASK)
    why = f"{group.report_threshold} members reported it."
    note(Action.LETTER_HIDDEN, group=group, about=_name(letter), url=_url(letter), reason=why)
    return True


def _ask(letter: Message, waiting: Waiting, words: str) -> None:
    group = letter.group
    context = {
        "group": group,
        "author": letter.from_address or letter.author_label,
        "subject": letter.subject[:SUBJECT],
        "reason": waiting.reason,
        "words": words.strip(),
        "beginning": "\n".join(f"| {line}" for line in letter.snippet.splitlines()),
        "letter": group.site.url + _url(letter),
        "queue": f"{group.url}moderation/",
    }
    ask_moderators("reported_for_moderators", group, context, Case.REPORT, letter.pk, Right.REPORTS)


@transaction.atomic
def decide(letter: Message, decision: str, by: User, words: str = "") -> bool:
    """approve: it stays, and is shown again; discard: hidden; reject: hidden, and its author told why; ban: hidden, and its
    author may not write here. False where somebody else was quicker."""
    reports = Report.objects.filter(letter=letter)
    hid_it = reports.filter(settled=Settled.OPEN, hid_it=True).exists()
    if not reports.filter(settled=Settled.OPEN).update(settled=decision):
        return False
    queue.settle(REPORT, letter.pk, decision, by)
    note(
        Action.REPORT_SETTLED, group=letter.group, by=by, about=_name(letter), url=_url(letter), reason=words,
        details={"decision": decision},
    )  # fmt: skip
    if decision == Settled.KEPT:
        if hid_it and show_letters(letter.group, [letter.pk]):
            note(Action.LETTER_SHOWN, group=letter.group, by=by, about=_name(letter), url=_url(letter))
    elif hide_letters(letter.group, [letter.pk]):
        note(Action.LETTER_HIDDEN, group=letter.group, by=by, about=_name(letter), url=_url(letter), reason=words)
    ring(INDEX_TASK)
    if decision == Settled.WARNED:
        warn(letter, words)
    elif decision == Settled.BANNED:
        ban(letter.group, letter.from_address, by, words)
    return True


def warn(letter: Message, words: str) -> None:
    """Tell the author that the letter was taken out, and why; members alone, for anybody can write any address into From."""
    author = membership_of(letter.group, letter.from_address) if letter.from_address else None
    if author is not None:
        context = {"group": letter.group, "subject": letter.subject[:SUBJECT], "why": words.strip()}
        notices.send(
            "letter_removed", author.mail_address, context, once_in=DAY, limit=5, kept_apart=letter.group_id,
            sender_name=letter.group.name,
        )  # fmt: skip


def letter_of(pk: int) -> Message | None:
    return Message.objects.select_related("group", "thread").filter(pk=pk).first()


def _name(letter: Message) -> str:
    return f"“{letter.subject or 'no subject'}” by {letter.author_label}"


def _url(letter: Message) -> str:
    return permalink(letter.group.slug, letter.number)
