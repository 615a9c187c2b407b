"""Hashtags in a subject: `Re: #harvest Potatoes are in` is about harvest."""

import re
from unicodedata import normalize

LONGEST = 40
MOST = 5  # of one subject
# Behind a letter, & or / it is no hashtag (C#, &#39;, a link); digits alone are a number (#1234).
_HASHTAG = re.compile(r"(?<![\w&#/])#(?=[\w-]*[^\W\d_])(\w[\w-]*)")


def hashtags_in(subject: str) -> list[str]:
    """Small letters, without the #, each once, in order."""
    found = (normalized(tag) for tag in _HASHTAG.findall(subject))
    return list(dict.fromkeys(tag for tag in found if 0 < len(tag) <= LONGEST))[:MOST]


def normalized(tag: str) -> str:
    """One spelling for everybody's: compatibility forms and case folded."""
    return normalize("NFKC", tag).casefold().strip("-_")


def as_hashtag(typed: str) -> str:
    """What somebody typed as one tag, with or without #; "" where that cannot be one."""
    wanted = "-".join(typed.strip().removeprefix("#").split())
    return normalized(wanted) if hashtags_in(f"#{wanted}") == [normalized(wanted)] else ""
