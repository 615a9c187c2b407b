"""Images of letters: those inside the mail are shown, those on other servers wait until the reader asks.

<img src="part:3" alt="…">                       a part of this message; `link_parts` puts its address in
<img data-remote="https://…" alt="…">            on another server: nothing is loaded; `show_remote` makes it load
<img src="data:image/png;base64,…" alt="…">      small and carried in the letter itself
"""

import re
from collections.abc import Callable, Mapping
from html import escape, unescape
from urllib.parse import unquote

from archive.rendering import addresses
from archive.rendering.styles import Style

LARGEST_DATA = 300_000  # characters of a data: URL that is kept
_TRACKER = 2  # pixels: an image this small is there to be counted, not to be seen
_DATA = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s%]+", re.IGNORECASE)
_PART = re.compile(r'<img src="part:(\d+)"')
_REMOTE = re.compile(r'<img data-remote="')
_UNSAFE = re.compile(r"[\x00-\x20\x7f\"<>]")


def image_html(attributes: Mapping[str, str], style: Style, cids: Mapping[str, int]) -> str:
    """The stored form of an image; its text in brackets where it cannot be shown; "" for a tracker.

    attributes: escaped, as nh3 leaves them. cids: Content-ID -> part index.
    """
    width, height = _size(attributes.get("width", ""), style.width), _size(attributes.get("height", ""), style.height)
    if style.hidden or 0 <= width <= _TRACKER or 0 <= height <= _TRACKER:
        return ""
    alt = addresses.mark_all(addresses.storable(attributes.get("alt", "")))
    source = _source(unescape(attributes.get("src", "")).strip(), cids)
    if not source:
        return f'<span class="missing">[{alt.replace("&quot;", chr(34))}]</span>' if alt.strip() else ""
    size = "".join(f' {name}="{value}"' for name, value in (("width", width), ("height", height)) if 0 < value < 5000)
    return f'<img {source} alt="{alt}"{size}>'


def _size(attribute: str, styled: int) -> int:
    if styled >= 0:
        return styled
    found = re.match(r"\s*(\d{1,5})(?!\s*%)", attribute)
    return int(found[1]) if found else -1


def _source(url: str, cids: Mapping[str, int]) -> str:
    scheme = url[:6].lower()
    if scheme.startswith("cid:"):
        index = cids.get(unquote(url[4:]).strip("<> "), cids.get(url[4:]))
        return "" if index is None else f'src="part:{int(index)}"'
    if scheme.startswith("data:"):
        return f'src="{escape(url)}"' if len(url) <= LARGEST_DATA and _DATA.fullmatch(url) else ""
    if url[:8].lower().startswith(("http://", "https://")) and not _UNSAFE.search(url):
        return f'data-remote="{addresses.mark_url(escape(url))}"'
    return ""


def link_parts(html: str, address: Callable[[int], str]) -> str:
    """A stored fragment with the images of the message itself; address: part index -> URL."""
    return (
        _PART.sub(lambda found: f'<img src="{escape(address(int(found[1])))}"', html) if 'src="part:' in html else html
    )


def show_remote(html: str) -> str:
    """A stored fragment whose images on other servers load: only when the reader asked. No referrer is sent."""
    return _REMOTE.sub('<img referrerpolicy="no-referrer" loading="lazy" src="', html)
