"""A group's wishes for tests, and reading what became of a letter."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from mail.outbox.personal import LEAVE, MUTE, copy, mark
from mail.transforms import GroupShape, shape

TOKENS = {LEAVE: "leavetoken", MUTE: "mutetoken"}


def make_shape(**wishes: Any) -> GroupShape:
    return GroupShape(
        **{
            "name": "Riverside Gardeners",
            "slug": "gardeners",
            "domain": "lists.example",
            "group_url": "https://lists.example/g/gardeners/",
            "archive_url": "https://lists.example/g/gardeners/topics/",
            "letter_url": "https://lists.example/g/gardeners/message/7/",
            **wishes,
        }
    )


def with_footer(**wishes: Any) -> GroupShape:
    wishes.setdefault("footer_text", "Meet at the gate.")
    return make_shape(
        leave_url=f"https://lists.example/mail/leave/{mark(LEAVE)}/",
        mute_url=f"https://lists.example/mail/mute/{mark(MUTE)}/",
        settings_url="https://lists.example/g/gardeners/settings/",
        **wishes,
    )


def shaped(raw: bytes | str, wishes: GroupShape) -> bytes:
    """The letter as one member gets it."""
    return copy(shape(raw if isinstance(raw, bytes) else raw.encode(), wishes), TOKENS)


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)  # type: ignore[return-value]
