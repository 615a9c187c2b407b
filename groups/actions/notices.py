"""Keeping, choosing and dropping words of notices."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common.sentences import as_kept
from groups.actions.log import note
from groups.models import Action, Group, NoticeWords
from groups.notices.kinds import KINDS


@transaction.atomic
def save_words(
    *, group: Group, by: User, notice: str, label: str, subject: str, body: str, words: NoticeWords | None = None
) -> NoticeWords:
    """Keep a new variant, or change `words`. The first variant of a notice is the usual one from then on. IntegrityError
    where the label is another's."""
    _lock(group)
    first = not NoticeWords.objects.filter(group=group, notice=notice).exists()
    kept = words or NoticeWords(group=group, notice=notice, is_usual=first)
    before = (kept.subject, kept.body)
    kept.label, kept.subject, kept.body = label, subject, body
    kept.changed_at, kept.changed_by = timezone.now(), by
    kept.save()
    details = {"subject": [before[0], subject], "words": [before[1], body]}
    changed = {name: pair for name, pair in details.items() if pair[0] != pair[1]}
    note(Action.NOTICE_CHANGED, group=group, by=by, about=f"{_title(notice)}: {label}", details=changed)
    return kept


@transaction.atomic
def make_usual(*, group: Group, by: User, notice: str, words: NoticeWords | None) -> None:
    """These words are sent from now on where nobody chooses; None: the house's."""
    _lock(group)
    kept = NoticeWords.objects.filter(group=group, notice=notice)
    kept.filter(is_usual=True).update(is_usual=False)
    if words is not None:
        kept.filter(pk=words.pk).update(is_usual=True)
    label = words.label if words is not None else "the house’s words"
    note(Action.NOTICE_CHANGED, group=group, by=by, about=f"{_title(notice)}: usual is {label}")


@transaction.atomic
def drop_words(*, by: User, words: NoticeWords) -> None:
    """What they said stays in the log."""
    details = {"subject": [words.subject, ""], "words": [words.body, ""]}
    about = f"{_title(words.notice)}: {words.label}"
    words.delete()
    note(Action.NOTICE_CHANGED, group=words.group, by=by, about=about, reason="Deleted.", details=details)


def _title(notice: str) -> str:
    return as_kept(KINDS[notice].title)


def _lock(group: Group) -> None:
    """Two moderators must not both make the one usual variant."""
    Group.objects.select_for_update().filter(pk=group.pk).first()
