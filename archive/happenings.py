"""What the archive tells those who listen (groups.events): what happens to letters and topics, and what a letter says."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from archive.models import Content, Message
from archive.models.message import absolute, permalink
from groups import events
from groups.events import Happening
from groups.models import Action

KNOWN: dict[str, Any] = {
    "message.posted": _("A letter came to the group"),
    "topic.created": _("A letter began a topic"),
    "message.hidden": _("A letter was hidden"),
    "message.shown": _("A hidden letter was shown again"),
    "message.edited": _("A letter was edited or blacked out in the archive"),
    "message.destroyed": _("A letter was destroyed"),
    "topic.changed": _("A topic was renamed, merged, split, moved, locked, pinned or tagged"),
}
OF_ACTIONS: dict[str, str] = {
    Action.LETTER_HIDDEN: "message.hidden",
    Action.LETTER_SHOWN: "message.shown",
    Action.LETTER_REDACTED: "message.edited",
    Action.LETTER_CHANGED: "message.edited",
    Action.LETTER_DESTROYED: "message.destroyed",
    Action.TOPIC_CHANGED: "topic.changed",
    Action.TOPIC_RENAMED: "topic.changed",
    Action.TOPIC_MERGED: "topic.changed",
    Action.TOPIC_SPLIT: "topic.changed",
    Action.TOPIC_MOVED: "topic.changed",
    Action.TOPIC_UNDONE: "topic.changed",
}
LONGEST_TEXT = 100_000  # characters


def register() -> None:
    events.KNOWN.update(KNOWN)
    events.OF_ACTIONS.update(OF_ACTIONS)
    events.CONTENTS["letter"] = content_of


def arrived(letters: list[Message]) -> None:
    """Letters that came to a group just now; not those that an import brings."""
    for letter in letters:
        told, content = _told(letter), f"letter/{letter.pk}"
        happenings = [Happening("message.posted", letter.group, told, content)]
        if letter.number == letter.thread.number:  # a topic bears the number of its first letter
            happenings.append(Happening("topic.created", letter.group, told, content))
        events.happened(*happenings)


def _told(letter: Message) -> dict[str, Any]:
    """Nothing of what it says; that is looked up when it is told."""
    slug = letter.group.slug
    return {
        "number": letter.number,
        "topic": letter.thread.number,
        "url": absolute(permalink(slug, letter.number)),
        "topic_url": f"{settings.SITE_URL}{letter.group.get_absolute_url()}topic/{letter.thread.number}/",
    }


def content_of(pk: int, with_text: bool) -> dict[str, Any] | None:
    """None where the letter is hidden, or gone."""
    letter = Message.objects.visible().filter(pk=pk).prefetch_related("attachments").first()
    if letter is None:
        return None
    content = {
        "message_id": letter.message_id,
        "subject": letter.subject,
        "from": {"name": letter.from_name, "address": letter.from_address},
        "sent_at": letter.sent_at.isoformat(),
        "references": letter.references.split("\n") if letter.references else [],
        "size": letter.size,
        "files": [
            {"name": file.filename, "type": file.content_type, "size": file.size} for file in letter.attachments.all()
        ],
    }
    if with_text:
        text = Content.objects.filter(message=letter).values_list("text", flat=True).first() or ""
        content["text"], content["text_is_whole"] = text[:LONGEST_TEXT], len(text) <= LONGEST_TEXT
    return content
