"""How the letters of polls leave: with an answer address of each reader's own, and from the group in its maker's name."""

from typing import Any

from django.conf import settings

from archive.models import Message
from groups.models.policy import AuthorPolicy
from mail.models import PollLetter
from mail.outbox.personal import VOTE, mark

POLL_ID = "poll."  # how their Message-IDs begin, so that other posts need not be looked up


def answer_address(poll: int, edition: int) -> str:
    """vote+TOKEN@, the token still a mark."""
    return f"vote+{mark(f'{VOTE}{poll}.{edition}')}@{settings.MAIL_DOMAIN}"


def of_letter(message: Message) -> dict[str, Any]:
    """What is different about it; nothing about any other post, whatever its Message-ID pretends."""
    if not message.message_id.startswith(POLL_ID):
        return {}
    letters = PollLetter.objects
    asked = letters.filter(letter=message).values_list("poll", "edition").first()
    if asked is not None:
        return {**_IN_THE_MAKERS_NAME, "answers_to": answer_address(*asked)}
    return _IN_THE_MAKERS_NAME if letters.filter(result=message).exists() else {}


# Nobody has signed it for the maker's domain, so others must not be sent it in that domain's name.
_IN_THE_MAKERS_NAME = {"author_policy": AuthorPolicy.ALWAYS, "is_from_web": True}
