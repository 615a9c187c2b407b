"""Following and muting topics. A choice hangs on a letter and holds for the topic that letter is in now; the latest counts."""

from django.db import transaction

from accounts.models import User
from archive.models import Message
from common.prepared import Prepared, Slot
from mail.models import TopicChoice, TopicWish

_latest = Prepared(
    lambda: (
        TopicChoice.objects.filter(user=Slot("user"), message__thread=Slot("thread"))
        .order_by("-at", "-pk")
        .values_list("wish")
    )
)


@transaction.atomic
def choose(user: User, letter: Message, wish: str) -> None:
    """`wish`: of TopicWish, or empty for as the group's mail otherwise comes."""
    TopicChoice.objects.filter(user=user, message__thread=letter.thread_id).delete()
    if wish:
        TopicChoice.objects.create(user=user, message=letter, wish=TopicWish(wish))


def wish_of(user_id: int, thread_id: int) -> str:
    """The person's wish about a topic; empty where they have none."""
    found = _latest.first(user=user_id, thread=thread_id)
    return found[0] if found else ""
