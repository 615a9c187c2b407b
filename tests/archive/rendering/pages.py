"""Reads rendered fragments as a browser would, and says what is in them that should not be."""

import re
from html.parser import HTMLParser

from archive.rendering import mask_addresses, reveal_addresses
from archive.rendering.allowlist import CLASSES, STORED_ATTRIBUTES, STORED_TAGS, VOID

_ADDRESS = {
    "href": re.compile(r"https?://\S+|mailto:[^\s@]+@\S+", re.IGNORECASE),
    "src": re.compile(r"part:\d+|data:image/(png|jpe?g|gif|webp);base64,[\w+/=%\s]+", re.IGNORECASE),
    "data-remote": re.compile(r"https?://\S+", re.IGNORECASE),
}
_STYLE = re.compile(r"[a-z-]+:[a-z0-9.% -]+(;[a-z-]+:[a-z0-9.% -]+)*")


class Page(HTMLParser):
    """tags: (name, attributes) of every element. faults: what no fragment may hold. text: its words."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.faults, self.open, self.pieces = [], [], [], []
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in STORED_TAGS:
            self.faults.append(f"<{tag}>")
        allowed = STORED_ATTRIBUTES["*"] | STORED_ATTRIBUTES.get(tag, set())
        self.faults += [f"{tag} {name}" for name, _ in attributes if name not in allowed]
        self.faults += [
            f"{name}={value}" for name, value in attributes if name in _ADDRESS and not _ADDRESS[name].fullmatch(value)
        ]
        self.faults += [
            f"class {value}" for name, value in attributes if name == "class" and set(value.split()) - CLASSES
        ]
        self.faults += [
            f"style {value}" for name, value in attributes if name == "style" and not _STYLE.fullmatch(value)
        ]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data):
        self.pieces.append(data)

    def handle_comment(self, data):
        self.faults.append(f"comment {data}")

    @property
    def text(self):
        return "".join(self.pieces)

    def all(self, tag, **attributes):
        return [found for name, found in self.tags if name == tag and attributes.items() <= found.items()]


def faults_of(fragment):
    """Faults of a stored fragment, as members and as strangers see it."""
    return Page(reveal_addresses(fragment)).faults + Page(mask_addresses(fragment)).faults


def unfolded(fragment):
    """What a reader sees before they open anything: the fragment without its folded parts."""
    return Page(re.sub(r"<details.*?</details>", " ", fragment, flags=re.DOTALL)).text
