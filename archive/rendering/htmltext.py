"""The words of HTML mail as plain text: for search, snippets, plain readers, and for telling quotes from answers."""

import re
from html import unescape

from archive.rendering.allowlist import BLOCKS
from archive.rendering.links import escape, linkify
from archive.rendering.mailclients import Role, role_of
from archive.rendering.styles import NO_STYLE, read_style

_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
_SPACES = re.compile(r"[ \t\n\r\f]+")
_RAW = ("script", "style", "title", "xml", "template", "iframe", "noframes", "noembed", "head")
_BREAKING = re.compile(r"/?(?:p|div|br|tr|li|h[1-6]|table|blockquote|pre|hr|ul|ol)\b", re.IGNORECASE)
_CELLS = frozenset({"td", "th"})
_PARAGRAPHS = frozenset({"p", "blockquote", "ul", "ol", "table", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "dl"})


def text_of(cleaned: str) -> str:
    """Plain text of what the first pass (sanitise.clean) left of a letter; quoted blocks carry "> " marks."""
    writer = _TextWriter()
    first, *pieces = cleaned.split("<")
    writer.text(first)
    for piece in pieces:
        tag, _, text = piece.partition(">")
        if tag[0] == "/":
            writer.close(tag[1:])
        else:
            writer.open(tag)
        writer.text(text)
    return writer.finish()


class _TextWriter:
    """Collects lines. Blank space is as a browser shows it: runs of it are one space, except in <pre>."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.stack: list[tuple[str, bool, bool]] = []  # name, is a quote, is hidden
        self.lists: list[int] = []  # next number of each open list; -1 for bullets
        self.quoting = self.hiding = self.preformatted = self.depth = 0
        self.gap = False

    def open(self, tag: str) -> None:
        name, _, rest = tag.partition(" ")
        attributes = dict(_ATTRIBUTE.findall(rest)) if rest else {}
        if name in ("br", "hr", "img", "wbr", "col"):
            self._void(name, attributes)
            return
        style = read_style(unescape(attributes["style"])) if "style" in attributes else NO_STYLE
        if name in BLOCKS and name not in _CELLS:
            self._end_line(gap=name in _PARAGRAPHS)
        is_quote = bool(attributes) and role_of(name, attributes, style) is Role.QUOTE
        self.stack.append((name, is_quote, style.hidden))
        self.quoting += is_quote
        self.hiding += style.hidden
        self.preformatted += name == "pre"
        if name in ("ul", "ol"):
            self.lists.append(1 if name == "ol" else -1)
        elif name == "li":
            self.line.append(self._bullet())
        elif name in _CELLS and any(self.line):
            self.line.append("\t")

    def close(self, name: str) -> None:
        if name in BLOCKS and name not in _CELLS:
            self._end_line(gap=name in _PARAGRAPHS)
        _, is_quote, is_hidden = self.stack.pop()
        self.quoting -= is_quote
        self.hiding -= is_hidden
        self.preformatted -= name == "pre"
        if name in ("ul", "ol") and self.lists:
            self.lists.pop()

    def text(self, text: str) -> None:
        if not text or self.hiding:
            return
        text = unescape(text)
        if not self.preformatted:
            text = _SPACES.sub(" ", text)
            if text[:1] == " " and (not self.line or self.line[-1][-1:] in (" ", "\t")):
                text = text[1:]
            if text:
                self.line.append(text)
            return
        first, *others = text.split("\n")
        self.line.append(first)
        for line in others:
            self._break_line()
            self.line.append(line)

    def finish(self) -> str:
        self._end_line(gap=False)
        return "\n".join(self.lines).strip("\n")

    def _void(self, name: str, attributes: dict[str, str]) -> None:
        if self.hiding:
            return
        if name == "br":
            self._break_line()
        elif name == "hr":
            self._end_line(gap=False)
            self.line.append("-" * 20)
            self._end_line(gap=False)
        elif name == "img" and attributes.get("alt", "").strip():
            self.line.append(f"[{unescape(attributes['alt']).strip()}]")

    def _bullet(self) -> str:
        indent = "  " * max(len(self.lists) - 1, 0)
        if not self.lists or self.lists[-1] < 0:
            return indent + "* "
        self.lists[-1] += 1
        return f"{indent}{self.lists[-1] - 1}. "

    def _break_line(self) -> None:
        """A line end as written, also of an empty line."""
        text = "".join(self.line).replace("\xa0", " ")
        self.line = []
        depth = min(self.quoting, 20)
        mark = "> " * depth
        if self.gap and self.lines:
            self.lines.append(("> " * min(depth, self.depth)).rstrip())
        self.gap, self.depth = False, depth
        self.lines.append(mark + (text if self.preformatted or text in ("-- ", "--") else text.rstrip()))

    def _end_line(self, gap: bool) -> None:
        """The end of a block: ends the line if there is one, and asks for a blank line before the next."""
        if any(piece.strip() for piece in self.line):
            self._break_line()
        else:
            gap = gap or any(
                "\xa0" in piece for piece in self.line
            )  # <div>&nbsp;</div> is how editors write a blank line
            self.line = []
        self.gap = self.gap or (gap and bool(self.lines) and self.lines[-1].strip("> ") != "")


def strip_tags(html: str) -> str:
    """The text of HTML that is not worth parsing: tags out, line ends for blocks. Linear on anything."""
    first, *pieces = html.split("<")
    texts = [unescape(first)]
    skipping = ""  # until the end of this element, or of a comment ("!--")
    for piece in pieces:
        tag, closed, text = piece.partition(">")
        name = tag[:12].lower()
        if not skipping:
            skipping = "!--" if name.startswith("!--") else _raw_element(name)
            if not skipping:
                texts.append(_shown_text(tag, closed, text))
        if skipping == "!--" and "-->" in piece:
            skipping = ""
            texts.append(unescape(piece.partition("-->")[2]))
        elif skipping and name.startswith("/" + skipping):
            skipping = ""
            texts.append(unescape(text))
    return "".join(texts)


def _raw_element(name: str) -> str:
    """The element, among those whose content is not shown, that this start tag opens."""
    return next((raw for raw in _RAW if name.startswith(raw) and not name[len(raw) : len(raw) + 1].isalnum()), "")


def _shown_text(tag: str, closed: str, text: str) -> str:
    if not closed and not _is_tag(tag):
        return "<" + unescape(tag)
    return ("\n" if _BREAKING.match(tag) else "") + unescape(text)


def _is_tag(tag: str) -> bool:
    return tag[:1].isalpha() or tag[:1] in "/!?"


def says_something(html: str) -> bool:
    """False for HTML without a word or a picture."""
    return bool(strip_tags(html).strip(" \t\r\n\xa0")) or "<img" in html.lower()


def as_paragraphs(text: str) -> str:
    """Plain text as the simplest HTML."""
    blocks = (" ".join(block.split()) for block in re.split(r"\n\s*\n|\n", text))
    return "\n".join(f'<p dir="auto">{linkify(escape(block))}</p>' for block in blocks if block)
