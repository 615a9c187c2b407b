"""What an archive says of itself, and whether its counters agree with its letters: `python -m tests.archive.facts GROUP`.

As a program it prints the facts as JSON, from whatever database the environment names.
"""

import json
import os
import sys
from collections import Counter, defaultdict


def facts(slug: str) -> dict:
    """Everything that must not depend on how often an import was interrupted: no keys of rows, no moments of storing."""
    from archive.models import Archive, Ghost, Message, Quarantined

    letters = list(Message.objects.filter(group__slug=slug).order_by("number"))
    names = {letter.pk: (letter.message_id, letter.number) for letter in letters}
    archive = Archive.objects.get(group__slug=slug)
    return {
        "letters": [
            [
                letter.number,
                letter.message_id,
                letter.sent_at.isoformat() if letter.date_source != "arrival" else "arrival",
                letter.date_source,
                names[letter.parent_id] if letter.parent_id else None,
                letter.linked_by_subject,
                letter.thread.number,
            ]
            for letter in letters
        ],
        "ghosts": Counter(
            str(key) for key in Ghost.objects.filter(group__slug=slug).values_list("message_id_key", flat=True)
        ),
        "quarantine": sorted(Quarantined.objects.filter(group__slug=slug).values_list("position", "number", "reason")),
        "archive": [archive.next_number, archive.message_count, archive.thread_count, archive.monthly, archive.staging],
        "figures": _figures(slug),
        "wrong": wrong(slug),
    }


def _figures(slug: str) -> list:
    from archive.models import Transfer

    names = ("state", "messages", "imported", "duplicates", "quarantined", "corrected_dates", "threads", "claim")
    return list(Transfer.objects.filter(group__slug=slug).order_by("pk").values_list(*names))


def wrong(slug: str) -> list[str]:
    """Every counter of a group that does not agree with its letters, in words; empty where all is well."""
    from archive.models import Archive, Author, Content, Day, Message, Quarantined, Thread, Transfer

    archive = Archive.objects.get(group__slug=slug)
    letters = list(Message.objects.filter(group__slug=slug).select_related("author"))
    seen = [letter for letter in letters if not letter.hidden_at and letter.transfer_id not in archive.staging]
    found = []

    def agree(what, counted, true):
        if counted != true:
            found.append(f"{what}: {counted} is said, {true} is true")

    agree("letters", archive.message_count, len(seen))
    agree("first letter", archive.first_at, min((letter.sent_at for letter in seen), default=None))
    agree("last letter", archive.last_at, max((letter.sent_at for letter in seen), default=None))
    months = Counter(f"{letter.sent_at:%Y-%m}" for letter in seen)
    agree("months", {key: count for key, count in archive.monthly.items() if count}, dict(months))
    days = Counter(letter.sent_at.date() for letter in seen)
    agree("days", {day.date: day.count for day in Day.objects.filter(group__slug=slug) if day.count}, dict(days))
    wrote = Counter(letter.author.key for letter in seen)
    counted = {author.key: author.message_count for author in Author.objects.filter(group__slug=slug)}
    agree("authors", {key: count for key, count in counted.items() if count}, dict(wrote))
    agree("authors without letters", set(counted) - {letter.author.key for letter in letters}, set())
    agree("contents", Content.objects.filter(message__group__slug=slug).count(), len(letters))
    agree("contents of nobody", Content.objects.filter(message__isnull=True).count(), 0)
    _agree_threads(agree, archive, Thread.objects.filter(group__slug=slug), letters, seen)
    for transfer in Transfer.objects.filter(group__slug=slug):
        total = transfer.imported + transfer.duplicates + transfer.quarantined
        agree(f"messages of import {transfer.pk}", transfer.messages, total)
        if transfer.state == "done":
            stored = sum(letter.transfer_id == transfer.pk for letter in letters)
            agree(f"letters of import {transfer.pk}", transfer.imported, stored)
            waiting = Quarantined.objects.filter(transfer=transfer).exclude(state="released").count()
            agree(f"quarantine of import {transfer.pk}", transfer.quarantined, waiting)
    return found


def _agree_threads(agree, archive, threads, letters, seen):
    parts = defaultdict(list)
    for letter in letters:
        parts[letter.thread_id].append(letter)
    agree("topics with letters", {thread.pk for thread in threads}, set(parts))
    agree("topics", archive.thread_count, len({letter.thread_id for letter in seen}))
    visible = {letter.pk for letter in seen}
    for thread in threads:
        part = parts[thread.pk]
        shown = sorted((one for one in part if one.pk in visible), key=lambda one: one.sent_at)
        agree(f"number of topic {thread.number}", thread.number, min((one.number for one in part), default=None))
        agree(f"letters of topic {thread.number}", thread.message_count, len(shown))
        agree(f"authors of topic {thread.number}", thread.author_count, len({one.author_id for one in shown}))
        agree(
            f"last number of topic {thread.number}", thread.last_number, max((one.number for one in shown), default=0)
        )
        span = (shown[0].sent_at, shown[-1].sent_at) if shown else (None, None)
        agree(f"span of topic {thread.number}", (thread.first_at, thread.last_at), span)
        inside = {one.pk for one in part}
        lost = [one.number for one in part if one.parent_id and one.parent_id not in inside]
        agree(f"parents elsewhere than in topic {thread.number}", lost, [])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    import django

    django.setup()
    print(json.dumps(facts(sys.argv[1])))
