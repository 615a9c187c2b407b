"""Following and muting hashtags. What a person says about one topic counts more; of several tags, following does."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from archive.models import Hashtag
from common import lookups  # noqa: F401  registers __among
from common.prepared import Prepared, Slot
from mail.models import HashtagChoice, TopicWish


@transaction.atomic
def choose_hashtag(user: User, hashtag: Hashtag, wish: str) -> None:
    """`wish`: of TopicWish, or empty for as the group's mail otherwise comes."""
    HashtagChoice.objects.filter(user=user, hashtag=hashtag).delete()
    if wish:
        HashtagChoice.objects.create(user=user, hashtag=hashtag, wish=TopicWish(wish))


def hashtag_wish_of(user_id: int, hashtag_id: int) -> str:
    return HashtagChoice.objects.filter(user=user_id, hashtag=hashtag_id).values_list("wish", flat=True).first() or ""


def _chosen(of_user: bool) -> "QuerySet[HashtagChoice, Any]":
    rows = HashtagChoice.objects.filter(
        hashtag__taggings__message__thread__id__among=Slot("threads"), hashtag__taggings__holds=True
    )
    rows = rows.filter(user=Slot("user")) if of_user else rows
    return rows.values_list("user_id", "hashtag__taggings__message__thread_id", "wish").distinct()


CHOSEN = Prepared(_chosen)


def wishes_by_hashtag(threads: Collection[int], user_id: int | None = None) -> dict[tuple[int, int], str]:
    """(user, thread) -> follow or mute, by the tags these threads have. One query."""
    wishes: dict[tuple[int, int], str] = {}
    for user, thread, wish in CHOSEN.all(user_id is not None, threads=sorted(threads), user=user_id):
        if wishes.get((user, thread)) != TopicWish.FOLLOW:
            wishes[user, thread] = wish
    return wishes
