"""Which pages to ask for, found in the archive itself: a month of about 2,096 letters, threads of about 148, words to search."""

import re
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

from django.db.models import F, Func

from archive.models import Archive, Content, Message, Thread
from benchmarks.letters import LONG_THREAD
from benchmarks.months import BUSY_MONTH

LETTERS_ASKED_FOR = 300
TEXTS_READ = 200
WORD = re.compile(r"[a-zA-Z]{4,12}")


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    random = Random(3)
    archive = Archive.objects.get(group__slug=asked["group"])
    base = f"/g/{asked['group']}"
    year, month, letters = min(archive.months, key=lambda entry: abs(entry[2] - BUSY_MONTH))
    threads = list(_threads(archive))
    numbers = _numbers(archive, random)
    searches = _searches(archive, random)
    return {
        "letters": archive.message_count,
        "overview": [f"{base}/topics/"],
        "month": [f"{base}/months/{year:04}/{month:02}/"],
        "month_letters": letters,
        "thread": [f"{base}/topic/{number}/" for number, _ in threads],
        "thread_letters": threads[0][1],
        "message": [f"{base}/message/{number}/" for number in numbers],
        "words": searches,
    }


def _threads(archive: Archive, most: int = 5) -> Sequence[tuple[int, int]]:
    """(number, letters) of the thread nearest in length, and of those that are as long."""
    distance = Func(F("message_count") - LONG_THREAD, function="ABS")
    threads = Thread.objects.filter(group=archive.group_id).order_by(distance, "number")
    near = list(threads.values_list("number", "message_count")[:most])
    return [thread for thread in near if thread[1] == near[0][1]]


def _numbers(archive: Archive, random: Random) -> list[int]:
    highest = archive.next_number - 1
    chosen = random.sample(range(1, highest + 1), min(LETTERS_ASKED_FOR, highest))
    there = Message.objects.filter(group=archive.group_id, number__in=chosen, hidden_at__isnull=True)
    return list(there.values_list("number", flat=True))


def _searches(archive: Archive, random: Random) -> list[str]:
    """Frequent words and rare ones, two together, two in a row, and words of one author."""
    chosen = random.sample(range(1, archive.next_number), min(TEXTS_READ, archive.next_number - 1))
    letters = Message.objects.filter(group=archive.group_id, number__in=chosen)
    authors = [name for name in letters.values_list("from_name", flat=True) if name.isascii() and '"' not in name]
    texts = Content.objects.filter(pk__in=letters.values("pk")).values_list("text", flat=True)
    runs = [WORD.findall(text[:4000]) for text in texts]
    seen = Counter(word.lower() for run in runs for word in run)
    frequent = [word for word, _ in seen.most_common(400)]
    rare = [word for word, times in sorted(seen.items()) if times == 1]
    random.shuffle(frequent)
    random.shuffle(rare)
    pairs = [f"{first} {second}" for first, second in zip(frequent[::2], frequent[1::2], strict=False)]
    phrases = [f'"{run[0]} {run[1]}"' for run in runs if len(run) > 1]
    by_author = [f'from:"{name}" {word}' for name, word in zip(authors, frequent, strict=False) if name]
    searches = [*frequent[:80], *rare[:40], *pairs[:80], *phrases[:30], *by_author[:30]]
    random.shuffle(searches)
    return searches
