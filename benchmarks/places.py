"""Prints, as JSON, the pages worth measuring in the group `bench`: its busiest month, a thread of about 148 letters, words."""

import json
import os
import random
import re
from collections import Counter

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    django.setup()
    from django.db.models import F, Func

    from archive.models import Archive, Content, Message, Thread

    rng = random.Random(3)
    archive = Archive.objects.get(group__slug="bench")
    year, month, letters = max(archive.months, key=lambda entry: entry[2])
    near = Thread.objects.filter(group=archive.group_id).annotate(
        distance=Func(F("message_count") - 148, function="ABS")
    )
    thread = near.order_by("distance").first()
    assert thread is not None
    numbers = [rng.randint(1, archive.next_number - 1) for _ in range(200)]
    there = Message.objects.filter(group=archive.group_id, number__in=numbers).values_list("number", "pk")
    texts = Content.objects.filter(pk__in=[pk for _, pk in there]).values_list("text", flat=True)
    words = Counter(word.lower() for text in texts for word in re.findall(r"[a-zA-Z]{4,12}", text))
    queries = [word for word, _ in words.most_common(400)]
    rng.shuffle(queries)
    pairs = [f"{first}+{second}" for first, second in zip(queries[::2], queries[1::2], strict=False)]
    searches = [*queries[:80], *pairs[:80]]
    base = "/g/bench"
    print(
        json.dumps(
            {
                "overview": [f"{base}/topics/"],
                "month": [f"{base}/months/{year}/{month:02}/"],
                "month_letters": letters,
                "thread": [f"{base}/topic/{thread.number}/"],
                "thread_letters": thread.message_count,
                "messages": [f"{base}/message/{number}/" for number, _ in there],
                "search": [f"{base}/search/?q={query}" for query in searches],
                "newest": [f"{base}/search/?q={query}&sort=date" for query in searches],
            }
        )
    )


if __name__ == "__main__":
    main()
