"""Run as a process of its own, with its own database and index, to be killed: see test_kill.py.

python -m tests.archive.search.crash_lab prepare | index | direct | rebuild | check
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
django.setup()

from django.db import transaction  # noqa: E402

from archive.actions.storing import order_index  # noqa: E402
from archive.models import IndexJob, Message  # noqa: E402
from archive.search import search  # noqa: E402
from archive.search.documents import documents_between  # noqa: E402
from archive.search.indexer import direct_writer, index_pending, rebuild  # noqa: E402
from groups.models import Group  # noqa: E402
from tests.builders import make_group, make_message  # noqa: E402


def prepare() -> None:
    make_group("gardeners")
    _write(50)
    index_pending()


def _write(count: int) -> tuple[list[int], list[int]]:
    with transaction.atomic():
        group = Group.objects.get(slug="gardeners")
        keys = [make_message(group, body=f"Compost {number}.\n").pk for number in range(count)]
        return keys, order_index(keys)


def index() -> None:
    while True:
        _write(20)
        _say("written")
        index_pending()
        _say("indexed")


def direct() -> None:
    with direct_writer() as writer:
        while True:
            keys, jobs = _write(20)
            _say("written")
            writer.add_stored(documents_between(keys[0], keys[-1]), jobs)
            writer.commit()
            _say("indexed")


def rebuild_for_ever() -> None:
    while True:
        _write(5)
        rebuild()
        _say("rebuilt")


def check() -> None:
    """What a searcher sees right after the crash, and after the next worker has done its round."""
    at_once = search("compost", user=None, group_threads=False)
    index_pending(seconds=60)
    later = search("compost", user=None, group_threads=False, limit=1000)
    found = [hit.message.pk for hit in later.hits]
    report = {
        "at_once": at_once.count,
        "degraded": at_once.degraded or later.degraded,
        "letters": Message.objects.count(),
        "found": later.count,
        "doubled": len(found) - len(set(found)),
        "jobs": IndexJob.objects.count(),
    }
    sys.stdout.write(json.dumps(report) + "\n")


def _say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    {"prepare": prepare, "index": index, "direct": direct, "rebuild": rebuild_for_ever, "check": check}[sys.argv[1]]()
