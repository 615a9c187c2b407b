"""Atom documents (RFC 4287) of letters, with what they answer (RFC 4685). Values in, XML out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from archive.moments import machine

# Characters that XML 1.0 cannot hold, not even escaped.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ATOM, THREADING = "http://www.w3.org/2005/Atom", "http://purl.org/syndication/thread/1.0"


@dataclass(frozen=True, slots=True)
class Entry:
    """One letter. `url` is absolute and permanent: it is the entry's id as well. `html` is a safe fragment."""

    url: str
    title: str
    author: str
    published: datetime
    html: str
    answers: str = ""  # url of the letter it answers


@dataclass(frozen=True, slots=True)
class Feed:
    """`url` is the page the feed is of, `self_url` the feed's own address (without its token)."""

    title: str
    url: str
    self_url: str
    updated: datetime
    entries: Iterable[Entry]


def write(feed: Feed) -> str:
    out = StringIO()
    xml = XMLGenerator(out, "utf-8", short_empty_elements=True)
    xml.startDocument()
    xml.startElement("feed", AttributesImpl({"xmlns": ATOM, "xmlns:thr": THREADING}))
    _text(xml, "id", feed.self_url)
    _text(xml, "title", feed.title)
    _text(xml, "updated", machine(feed.updated))
    _empty(xml, "link", {"rel": "self", "type": "application/atom+xml", "href": feed.self_url})
    _empty(xml, "link", {"rel": "alternate", "type": "text/html", "href": feed.url})
    for entry in feed.entries:
        _entry(xml, entry)
    xml.endElement("feed")
    xml.endDocument()
    return out.getvalue()


def _entry(xml: XMLGenerator, entry: Entry) -> None:
    xml.startElement("entry", AttributesImpl({}))
    _text(xml, "id", entry.url)
    _text(xml, "title", entry.title)
    xml.startElement("author", AttributesImpl({}))
    _text(xml, "name", entry.author)
    xml.endElement("author")
    _text(xml, "published", machine(entry.published))
    _text(xml, "updated", machine(entry.published))
    _empty(xml, "link", {"rel": "alternate", "type": "text/html", "href": entry.url})
    if entry.answers:
        _empty(xml, "thr:in-reply-to", {"ref": entry.answers, "href": entry.answers, "type": "text/html"})
    _text(xml, "content", entry.html, {"type": "html"})
    xml.endElement("entry")


def _text(xml: XMLGenerator, name: str, text: str, attributes: dict[str, str] | None = None) -> None:
    xml.startElement(name, AttributesImpl(attributes or {}))
    xml.characters(_UNFIT.sub("\ufffd", text))
    xml.endElement(name)


def _empty(xml: XMLGenerator, name: str, attributes: dict[str, str]) -> None:
    clean = {key: _UNFIT.sub("\ufffd", value) for key, value in attributes.items()}
    xml.startElement(name, AttributesImpl(clean))
    xml.endElement(name)
