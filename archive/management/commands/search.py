"""manage.py search QUERY : search as a stranger, or as somebody."""

import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from accounts.models import User
from archive.search import Results, search
from common.commands import HouseCommand
from groups.models import Group

_LEAVES_OUT = re.compile(r"-(?!-|[hv]$)")


class Command(HouseCommand):
    help = "Search the letters that a stranger may read (or somebody: --as). The query language is that of the pages."

    def run_from_argv(self, argv: list[str]) -> None:
        super().run_from_argv(arranged(argv))

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "query", metavar="QUERY", help='words, "phrases", from:, date:2004..2005, has:attachment, …'
        )
        parser.add_argument("--group", metavar="G", help="the short name of the one group to search")
        parser.add_argument("--as", metavar="EMAIL", dest="email", help="see what this person sees")
        parser.add_argument("--sort", choices=["date", "relevance", "oldest"], default="relevance")
        parser.add_argument("--limit", type=int, default=20, metavar="N", help="letters to show (20; at most 1,000)")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        person = _person(options["email"])
        group = _group(options["group"], person)
        results = search(
            options["query"],
            user=person,
            group=group,
            sort=options["sort"],
            limit=options["limit"],
            group_threads=False,
        )
        for problem in results.problems:
            self.say(problem)
        if results.degraded:
            self.say(
                "The search index is missing or damaged: the newest letters were searched in the database instead."
            )
        if results.suggestion:
            self.say(f"Did you mean: {results.suggestion}")
        self.answer(_data(results), as_json=options["json"], text=_text(results))


def arranged(argv: list[str]) -> list[str]:
    """A query may begin with a minus, which argparse would take for an option."""
    argv = [_readable(text) for text in argv]
    begins_with_minus = len(argv) > 2 and _LEAVES_OUT.match(argv[2])
    return [*argv[:2], *argv[3:], "--", argv[2]] if begins_with_minus else argv


def _readable(text: str) -> str:
    """What a terminal sent that is no UTF-8 becomes question marks."""
    return text.encode("utf-8", "replace").decode()


def _person(email: str | None) -> User | None:
    if not email:
        return None
    person = User.objects.filter(email__iexact=email, is_active=True).first()
    if person is None:
        raise CommandError(f"Nobody signs in as {email!r}.")
    return person


def _group(slug: str | None, person: User | None) -> Group | None:
    """A group that may not be read is refused in the words for one that is not there."""
    if not slug:
        return None
    group = Group.objects.readable_by(person).filter(slug=slug).first()
    if group is None:
        raise CommandError(f"There is no group {slug!r} whose letters may be read.")
    return group


def _data(results: Results) -> dict[str, Any]:
    hits = [
        {
            "message_id": hit.message.message_id,
            "number": hit.message.number,
            "group": hit.message.group.slug,
            "subject": hit.message.subject,
            "date": hit.message.sent_at.isoformat(),
        }
        for hit in results.hits
    ]
    return {"count": results.count, "ms": results.ms, "hits": hits}


def _text(results: Results) -> str:
    lines = [
        f"{hit.message.sent_at:%Y-%m-%d}  {hit.message.group.slug} #{hit.message.number}  "
        f"{hit.message.subject} ({hit.message.author_label})"
        for hit in results.hits
    ]
    return "\n".join([*lines, f"{results.count:,} letters, {results.ms:.1f} ms"])
