"""Following and muting hashtags. What a person says about one topic counts more; of several tags, following does."""

from collections.abc import Collection

from django.db import transaction

from accounts.models import User
from archive.models import Hashtag
from mail.models import HashtagChoice, TopicWish


@transaction.atomic
def choose_hashtag(user: User, hashtag: Hashtag, wish: str) -> None:
    """`wish`: of TopicWish, or empty for as the group's mail otherwise comes."""
    HashtagChoice.objects.filter(user=user, hashtag=hashtag).delete()
    if wish:
        HashtagChoice.objects.create(user=user, hashtag=hashtag, wish=TopicWish(wish))


def hashtag_wish_of(user_id: int, hashtag_id: int) -> str:
    return HashtagChoice.objects.filter(user=user_id, hashtag=hashtag_id).values_list("wish", flat=True).first() or ""


def wishes_by_hashtag(threads: Collection[int], user_id: int | None = None) -> dict[tuple[int, int], str]:
    """(user, thread) -> follow or mute, by the tags these threads have. One query."""
    chosen = HashtagChoice.objects.filter(hashtag__taggings__message__thread__in=threads, hashtag__taggings__holds=True)
    if user_id is not None:
        chosen = chosen.filter(user=user_id)
    rows = chosen.values_list("user_id", "hashtag__taggings__message__thread_id", "wish").distinct()
    wishes: dict[tuple[int, int], str] = {}
    for user, thread, wish in rows:
        if wishes.get((user, thread)) != TopicWish.FOLLOW:
            wishes[user, thread] = wish
    return wishes
