"""How pages name a writer's address and a letter: in the form its reader may see, by the link that lasts."""

import re
from functools import lru_cache
from urllib.parse import quote

from django.urls import reverse

from archive.rendering.addresses import ELLIPSIS

_SAFE = "!$&'()*+,;=/~:@"  # pchar and "/" of RFC 3986: what django.urls.reverse leaves as it is
# Browsers take "." and ".." out of paths, servers join double slashes: such an identifier cannot stand in an address.
_UNFIT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]|//|(?:^|/)\.{1,2}(?:/|$)|^[/<\s]|[/>\s]$")


def shown_address(address: str, *, whole: bool) -> str:
    """An address for members, or "marta@…" for strangers: enough for those who know her, nothing for a harvester."""
    local, at, _ = address.rpartition("@")
    return address if whole or not at else local + ELLIPSIS


def letter_url(slug: str, number: int, message_id: str) -> str:
    """The permanent address of a letter: by Message-ID where one can be written into an address, else by number."""
    if message_id and len(message_id) <= 500 and not _UNFIT.search(message_id):
        return f"{_folder(slug, 'message-by-id', 'x')}{quote(message_id, safe=_SAFE)}/"
    return reverse("message", args=[slug, number])


def reply_url(slug: str, number: int) -> str:
    """Where an answer to a letter is written; the mail gateway answers there."""
    return f"{_folder(slug, 'message', 0)}{number}/reply/"


def thread_url(slug: str, number: int) -> str:
    return f"{_folder(slug, 'thread', 0)}{number}/"


def author_url(slug: str, pk: int) -> str:
    return f"{_folder(slug, 'author', 0)}{pk}/"


def hashtag_url(slug: str, name: str) -> str:
    return f"{_folder(slug, 'hashtag', 'x')}{quote(name)}/"


def month_url(slug: str, year: str, month: str) -> str:
    return f"{_folder(slug, 'months')}{year}/{month}/"


@lru_cache(maxsize=1000)
def _folder(slug: str, name: str, *last: str | int) -> str:
    """Pages name hundreds of letters and threads of one group: reverse() once, and leave off the last part."""
    return reverse(name, args=[slug, *last]).removesuffix("".join(f"{part}/" for part in last))


def report_url(slug: str, number: int) -> str:
    """Where a member reports it to the moderators, as reply_url."""
    return f"{_folder(slug, 'message', 0)}{number}/report/"
