"""Finds web addresses and e-mail addresses in escaped text."""

import re

from archive.rendering import addresses

REL = "nofollow noopener noreferrer ugc"

# In escaped text "&" only begins an entity: "&amp;" belongs to a URL, "&lt;", "&gt;" and "&quot;" end it, as does the
# punctuation of Chinese and Japanese, which is written without a space.
_URL = r"(?:https?://|www\.(?=\w))(?:[^\s<>&\"\u3000-\u3002\u3008-\u3011\uff01\uff08\uff09\uff0c\uff1b\uff1f\ufdd0-\ufdd5]|&amp;)++"
_FOUND = re.compile(rf"(?<![A-Za-z0-9_@]){_URL}", re.IGNORECASE)
_CLOSING = {")": "(", "]": "[", "}": "{"}


def linkify(escaped: str) -> str:
    """HTML-escaped text with its URLs as links and its addresses marked (see addresses)."""
    if "://" not in escaped and "www." not in escaped:
        return addresses.mark_all(escaped, addresses.LINK)
    pieces: list[str] = []
    done = 0
    for found in _FOUND.finditer(escaped):
        url = _without_trailing_punctuation(found[0])
        if not url.endswith("://") and url.lower() != "www":
            pieces.append(addresses.mark_all(escaped[done : found.start()], addresses.LINK))
            pieces.append(anchor(url if "://" in url[:8] else "http://" + url, url))
            done = found.start() + len(url)
    pieces.append(addresses.mark_all(escaped[done:], addresses.LINK))
    return "".join(pieces)


def escape(text: str) -> str:
    """Text for a text node; quotation marks may stay."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def anchor(url: str, words: str) -> str:
    """A link out of the house. `url` and `words` are escaped."""
    return f'<a href="{addresses.mark_url(url)}" rel="{REL}">{addresses.mark_url(words)}</a>'


def _without_trailing_punctuation(url: str) -> str:
    """A URL at the end of a sentence or in brackets, without what belongs to the sentence."""
    unmatched = {closing: url.count(closing) - url.count(opening) for closing, opening in _CLOSING.items()}
    end = len(url)
    while end:
        last = url[end - 1]
        if last in _CLOSING and unmatched[last] > 0:
            unmatched[last] -= 1
        elif last not in ".,:;!?'*~|’”»…" or url[end - 5 : end] == "&amp;":
            break
        end -= 1
    return url[:end]
