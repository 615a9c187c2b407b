"""Second pass over HTML mail: writes every tag anew from the few attributes that matter, folds quotes, marks addresses.

Its input is what nh3 has written: balanced tags, quoted attributes, "<" and ">" escaped everywhere else. So a plain split finds
the tags, and a stack closes them; nothing recurses, and every step is linear in the length of the letter.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape

from archive.rendering import addresses, announcements, attribution, fragments
from archive.rendering.allowlist import BLOCKS, RENAMED, TAGS, VOID
from archive.rendering.elements import LAYOUT, OWN_ATTRIBUTES, attribute_value, common_attributes, numbers
from archive.rendering.images import image_html
from archive.rendering.links import REL, linkify
from archive.rendering.mailclients import Role, role_of
from archive.rendering.styles import NO_STYLE, Style, ink_of, read_style

SHORT_QUOTE = 3  # lines; one so short above an answer stays open
_SHORT_QUOTE_LENGTH = 240  # characters
_LOOK_BACK = 60  # pieces of output in which an attribution is looked for
_LONGEST_HEAD = 8000  # characters of HTML of a block that may be the header of a quoted letter
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
_WRAPPERS = frozenset({"div", "span", "font", "center"})
_MOST_WRAPPERS = 12  # around the header of a quoted letter
_NARROW = frozenset({"p", "pre", "tr", "table", "tbody", "thead", "ul", "ol", "dl"})  # no place for folded text


_NO_BLOCK = (-1, -1)


@dataclass(slots=True)
class _Quote:
    """A quote in the output: pieces [opens, closes] of `out`. written: how much the author had written when it closed."""

    opens: int
    head: str
    closes: int = -1
    written: int = 0


@dataclass(slots=True)
class _Frame:
    """An open element. start, content: where its tag stands in `out`, and where its content begins.

    run: where the present run of text inside it begins. block: the last block closed inside it, as (start, end).
    closes: quotes, and signatures (None), that end with it.
    """

    tag: str
    closing: str
    start: int
    content: int
    run: int
    block: tuple[int, int] = _NO_BLOCK
    role: Role = Role.NONE
    hides: bool = False
    is_link: bool = False
    first_words: str = ""
    quote: _Quote | None = None
    closes: list[_Quote | None] = field(default_factory=list)


class Rebuilder:
    """Feed it the pieces of a letter in order, then `finish`. has_remote: pictures on other servers were left out."""

    def __init__(self, cids: Mapping[str, int]) -> None:
        self.cids = cids
        self.out: list[str] = []
        self.stack = [_Frame("", "", 0, 0, 0)]
        self.quotes: list[_Quote] = []
        self.quoting = self.signing = self.hiding = self.linking = 0
        self.written = 0
        self.has_remote = False

    def open(self, tag: str) -> None:
        """A start tag, without its angle brackets."""
        name, _, rest = tag.partition(" ")
        if name in VOID:
            if not self.hiding:
                self._void(name, dict(_ATTRIBUTE.findall(rest)))
            return
        frame = _Frame(name, "", len(self.out), 0, 0)
        if not rest and name in _BARE and not self.hiding:
            frame.closing = f"</{name}>"
            self.out.append(f"<{name}>")
        else:
            self._open_element(frame, dict(_ATTRIBUTE.findall(rest)))
        frame.content = frame.run = len(self.out)
        self.stack.append(frame)

    def _open_element(self, frame: _Frame, attributes: Mapping[str, str]) -> None:
        style = read_style(unescape(attributes["style"])) if "style" in attributes else NO_STYLE
        if style.hidden or self.hiding:
            frame.hides = True
            self.hiding += 1
        elif frame.tag == "a":
            self._link(frame, attributes)
        else:
            self._element(frame, attributes, style)

    def close(self) -> None:
        """The end tag of the innermost open element."""
        frame = self.stack.pop()
        if frame.hides:
            self.hiding -= 1
            return
        if frame.block is _NO_BLOCK and frame.tag in BLOCKS and self._may_head_quote(frame.first_words):
            self._find_head(frame)
        self._end_rest(frame)
        if frame.closing:
            self.out.append(frame.closing)
        self.linking -= frame.is_link
        self.signing -= frame.role is Role.SIGNATURE
        if frame.quote is not None:
            self.quoting -= 1
            self._end(frame.quote)
        parent = self.stack[-1]
        if frame.tag in BLOCKS:
            parent.block = (frame.start, len(self.out))
            parent.run = len(self.out)
        if not parent.first_words:
            parent.first_words = frame.first_words

    def text(self, text: str) -> None:
        """Escaped text between two tags."""
        if self.hiding:
            return
        words = text.replace("&nbsp;", " ").strip()
        if words:
            if not self.quoting and not self.signing:
                self.written += len(words)
            if not self.stack[-1].first_words:
                self.stack[-1].first_words = words[:80]
            if words == "--" and not self.signing and self._begins_line():
                self._begin_signature()
        if not text.isascii():
            text = addresses.storable(text)
        if "@" in text or "://" in text or "www." in text:
            text = addresses.mark_all(text) if self.linking else linkify(text)
        self.out.append(text)

    def finish(self) -> str:
        """The fragment. Quotes are folded now that it is known what follows them."""
        self._end_rest(self.stack[0])
        self.out.append(self.stack[0].closing)
        for quote in self.quotes:
            body = "".join(self.out[quote.opens : quote.closes + 1])
            if self._is_folded(quote, body):
                self.out[quote.opens] = (
                    f'<details class="quote"><summary>{_summary(quote, body)}</summary>{self.out[quote.opens]}'
                )
                self.out[quote.closes] += "</details>"
        return addresses.mark_split("".join(self.out))

    # Elements

    def _void(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "img":
            style = read_style(unescape(attributes.get("style", "")))
            image = image_html(attributes, style, self.cids)
            self.has_remote = self.has_remote or "data-remote=" in image
            if image and not self.quoting and not self.signing:
                self.written += 1
            self.out.append(image)
        elif name == "col":
            self.out.append(f"<col{numbers(attributes, 'span')}>")
        else:
            self.out.append(f"<{name}>")

    def _link(self, frame: _Frame, attributes: Mapping[str, str]) -> None:
        url = unescape(attributes.get("href", "")).strip()
        start = url[:8].lower()
        if start.startswith("mailto:"):
            mailbox = addresses.mailbox_of(url)
            if mailbox:
                self._open_link(frame, addresses.mark(attribute_value(mailbox), addresses.OPEN), addresses.CLOSE)
        elif start.startswith(("http://", "https://")) and not _CONTROL.search(url):
            self._open_link(frame, f'<a href="{addresses.mark_url(attribute_value(url))}" rel="{REL}">', "</a>")

    def _open_link(self, frame: _Frame, opening: str, closing: str) -> None:
        frame.closing, frame.is_link = closing, True
        self.linking += 1
        self.out.append(opening)

    def _element(self, frame: _Frame, attributes: Mapping[str, str], style: Style) -> None:
        role = role_of(frame.tag, attributes, style) if attributes else Role.NONE
        classes = list(style.classes)
        tag = RENAMED.get(frame.tag, frame.tag)
        if role is Role.SIGNATURE and not self.signing:
            frame.role = role
            self.signing += 1
            classes.append("sig")
        elif role is Role.HEAD and not self.quoting and self.written > 0:
            self._begin_tail(frame.start)
        elif role is Role.QUOTE:
            self._begin_quote(frame)
        if frame.tag in _HEADINGS:
            classes.append("heading")
        elif frame.tag == "font":
            classes.extend(filter(None, (ink_of(attributes.get("color", "").lower()),)))
        if frame.tag == "blockquote" and self.quoting:
            classes.append(f"q{min(self.quoting, 3)}")
        elif role is Role.QUOTE:
            classes.append("q1")
        self._tag(frame, tag, attributes, style, classes)

    def _tag(self, frame: _Frame, tag: str, attributes: Mapping[str, str], style: Style, classes: list[str]) -> None:
        html = common_attributes(frame.tag, attributes, style, classes)
        if frame.tag in OWN_ATTRIBUTES:
            html += OWN_ATTRIBUTES[frame.tag](attributes)
        if frame.tag == "th":
            self._is_data_table()
        if tag == "span" and not html:
            return
        self.out.append(f"<{tag}{html}>")
        frame.closing = f"</{tag}>"

    def _is_data_table(self) -> None:
        """A table with header cells holds data; others only lay the letter out, and say so to screen readers."""
        for frame in reversed(self.stack):
            if frame.tag == "table":
                if frame.start < len(self.out):
                    self.out[frame.start] = self.out[frame.start].replace(LAYOUT, "")
                return

    # Signatures and quotes

    def _begins_line(self) -> bool:
        before = self.out[-1] if len(self.out) > self.stack[-1].content else ""
        return not before or before == "<br>" or before.isspace()

    def _begin_signature(self) -> None:
        """ "-- " on a line of its own: the rest of this element is the signature."""
        frame = self.stack[-1]
        self.out.append('<span class="sig">')
        frame.closes.append(None)
        frame.run, frame.block = len(self.out), _NO_BLOCK  # a quote inside takes in nothing from above the signature
        self.signing += 1

    def _begin_quote(self, frame: _Frame) -> None:
        """Quoted text, with the attribution that stands right above it."""
        if self.quoting == 0:
            opens, head = self._attribution_above()
            frame.quote = _Quote(opens, head)
            self.quotes.append(frame.quote)
        else:
            frame.quote = _Quote(-1, "")
        self.quoting += 1

    def _attribution_above(self) -> tuple[int, str]:
        """Where the attribution of a quote that begins here starts, and its text; (here, "") where there is none."""
        parent, here = self.stack[-1], len(self.out)
        start, end = parent.block
        if start < parent.content or "".join(self.out[end:here]).replace("<br>", "").strip():
            start = end = parent.run
        begins, lines = fragments.last_lines(self.out, max(start, here - _LOOK_BACK), here)
        first = attribution.attribution_start(lines, len(lines) - 1, 0, quote_follows=True) if lines else -1
        if first < 0 or not fragments.is_balanced(self.out[begins[first] : here]):
            return here, ""
        head = " ".join(lines[first:])
        if not self.signing:
            self.written -= len(head)
        return begins[first], head

    def _begin_tail(self, start: int) -> None:
        """From `start` to the end of the surrounding element all is quoted: Outlook marks only where it begins."""
        depth = len(self.stack) - 1
        outermost = max(depth - _MOST_WRAPPERS, 0)
        while (
            depth > outermost
            and self.stack[depth].tag in _WRAPPERS
            and not fragments.plain(self.out[self.stack[depth].content : start])
        ):
            start = self.stack[depth].start
            depth -= 1
        if self.stack[depth].tag in _NARROW:
            return
        while start > self.stack[depth].content and self.out[start - 1] in ("<hr>", "<br>"):
            start -= 1
        quote = _Quote(start, "")
        self.quotes.append(quote)
        self.stack[depth].closes.append(quote)
        self.quoting += 1

    def _may_head_quote(self, first_words: str) -> bool:
        return (
            not self.quoting
            and self.written > 0
            and (first_words[:2] in ("--", "__") or bool(announcements.label_of(first_words + ":")))
        )

    def _find_head(self, frame: _Frame) -> None:
        """A block that reads like the header of a quoted letter begins the quote, whoever wrote it."""
        html = "".join(self.out[frame.content :])
        if len(html) > _LONGEST_HEAD:
            return
        lines = fragments.plain_lines(html)
        found = announcements.find_announcement(
            lines, announcements.suspects_of(lines, {line[:1] for line in lines}), 0, min(len(lines), 8)
        )
        if found is None or found.is_forward or found.begin > 0 or not _is_header(lines):
            return
        words = sum(map(len, lines))
        if words < self.written:
            self.written -= words
            self._begin_tail(frame.start)

    def _end_rest(self, frame: _Frame) -> None:
        """What ends with the element, last opened first."""
        for quote in reversed(frame.closes):
            if quote is None:
                self.out.append("</span>")
                self.signing -= 1
            else:
                self.out.append("")
                self.quoting -= 1
                self._end(quote)

    def _end(self, quote: _Quote) -> None:
        quote.closes, quote.written = len(self.out) - 1, self.written

    def _is_folded(self, quote: _Quote, body: str) -> bool:
        """Trailing quotes are folded, and long ones above an answer; never all that a letter has."""
        if self.written <= 0 or quote.opens < 0:
            return False
        if quote.written == self.written:
            return True
        return len(body) > _SHORT_QUOTE_LENGTH and (
            len(fragments.plain(body)) > _SHORT_QUOTE_LENGTH or fragments.count_lines(body) > SHORT_QUOTE
        )


# Elements that are written as they came where they have no attributes.
_BARE = TAGS - RENAMED.keys() - VOID - {"a", "span", "blockquote", "table", "th"}
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CONTROL = re.compile(r"[\x00-\x20\x7f]")


def _is_header(lines: list[str]) -> bool:
    """A rule or a field label, not a dated attribution: below that a marked quote comes, and an answer perhaps."""
    return bool(announcements.label_of(lines[0])) or lines[0][:2] in ("--", "__", "==")


def _summary(quote: _Quote, body: str) -> str:
    lines = fragments.plain_lines(body)
    count = sum(1 for line in lines if line) - bool(quote.head)
    name = attribution.author_of(quote.head or _naming_line(lines))
    amount = "1 line" if count == 1 else f"{max(count, 1)} lines"
    if not name:
        return "1 quoted line" if count == 1 else f"{max(count, 1)} quoted lines"
    return f"{addresses.mark_all(attribute_value(name))} wrote, {amount}"


def _naming_line(lines: list[str]) -> str:
    """The From field of a quoted header, or an attribution that stands inside of the quote (Apple Mail)."""
    for line in [line for line in lines if line][:4]:
        if announcements.label_of(line) == "from":
            return line.partition(":")[2]
        if attribution.is_attribution(line):
            return line
    return ""
