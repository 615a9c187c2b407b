"""From the words of a letter to paragraphs, and from paragraphs to plain text and HTML."""

import html
import re
import textwrap
import unicodedata
from dataclasses import dataclass

MARK = re.compile(
    r"(?P<url>https?://[^\s<>]*[\w/#=-])|\*(?P<bold>\w[^*\n]{0,80}?)\*|(?<!\w)_(?P<italic>\w[^_\n]{0,80}?)_(?!\w)"
)
ITEM = re.compile(r"(?:[-*•]|\d{1,2}[.)]|[A-D][.)]) ")


@dataclass
class Block:
    """One paragraph. `kind`: p (running text), pre (kept as it is), list, quote (somebody else's words), cid (a picture)."""

    kind: str
    lines: list[str]
    depth: int = 0


class NotFound(KeyError):
    """A letter quotes words that are not in the letter it answers."""


def _normal(text: str) -> str:
    return " ".join(text.split())


def blocks_of(lines: list[str], raw: bool, parent: list[Block], grandparent: list[Block]) -> list[Block]:
    """Split the body of a letter into blocks; `>> words` lines become the paragraphs of the parent that they name."""
    if raw:
        return [Block("pre", lines)]
    blocks: list[Block] = []
    for paragraph in _paragraphs(lines):
        if paragraph[0] == "```":
            blocks.append(Block("pre", paragraph[1:]))
            continue
        while paragraph and paragraph[0].startswith(">>"):
            blocks += _quoted(paragraph.pop(0), parent, grandparent)
        if paragraph:
            blocks.append(Block(_kind(paragraph), paragraph))
    return blocks


def _paragraphs(lines: list[str]) -> list[list[str]]:
    paragraphs: list[list[str]] = [[]]
    fenced = False
    for line in lines:
        if line.strip() == "```":
            fenced = not fenced
            paragraphs.append(["```"] if fenced else [])
        elif line.strip() or fenced:
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return [paragraph for paragraph in paragraphs if paragraph]


def _kind(paragraph: list[str]) -> str:
    if len(paragraph) == 1 and re.fullmatch(r"\[\[\S+\]\]", paragraph[0]):
        return "cid"
    if all(line.startswith(("  ", "|", "\t", "> ")) for line in paragraph):
        return "pre"
    items = sum(bool(ITEM.match(line)) for line in paragraph)
    return "list" if ITEM.match(paragraph[0]) and (items > 1 or paragraph[0][0] in "-*•") else "p"


def _quoted(line: str, parent: list[Block], grandparent: list[Block]) -> list[Block]:
    deep = line.startswith(">>>")
    wanted = _normal(line.lstrip(">"))
    source, depth = (grandparent, 2) if deep else (parent, 1)
    own = [block for block in source if block.kind in ("p", "pre", "list")]
    if wanted == "*":
        return [Block("quote", quote_lines(block), depth) for block in own]
    if lines := _quoted_lines(wanted, own):
        return [Block("quote", lines, depth)]
    if wanted.startswith('"') and wanted.endswith('"'):
        wanted = wanted.strip('"')
        if any(wanted in _normal(" ".join(block.lines)) for block in own):
            return [Block("quote", textwrap.wrap(wanted, 70), depth)]
    for block in own:
        if wanted in _normal(" ".join(block.lines)):
            return [Block("quote", quote_lines(block), depth)]
    raise NotFound(wanted)


def _quoted_lines(wanted: str, blocks: list[Block]) -> list[str]:
    """Find `"first" .. "last"`, or a single `"line"`, in text that is quoted line by line: tables, patches, logs."""
    match = re.fullmatch(r'"(.+?)"(?: \.\. "(.+?)")?', wanted)
    for block in blocks if match else []:
        normal = [_normal(line) for line in block.lines]
        first = next((i for i, line in enumerate(normal) if match and match[1] in line), None)
        if block.kind == "pre" and first is not None and match:
            last = next((i for i in range(first, len(normal)) if (match[2] or match[1]) in normal[i]), None)
            if last is not None:
                return block.lines[first : last + 1]
    return []


def quote_lines(block: Block) -> list[str]:
    return text_lines(block, 72)


def keeps_lines(text: str) -> bool:
    """Whether a text is in a script written without spaces, so that its lines stay as they were typed."""
    return any(unicodedata.name(c, "").startswith(("CJK", "HIRAGANA", "KATAKANA", "THAI")) for c in text)


def _wrapped(words: str, width: int, hanging: str = "") -> list[str]:
    if not width:
        return [words]
    return textwrap.wrap(words, width, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False) or [
        ""
    ]


def text_lines(block: Block, width: int, flowed: bool = False) -> list[str]:
    """Return a block as lines of plain text; `width` 0 keeps each paragraph on one line, `flowed` follows RFC 3676."""
    if block.kind in ("pre", "quote"):
        return block.lines
    if block.kind == "cid":
        return [f"[cid:{block.lines[0].strip('[]')}]"]
    if block.kind == "list":
        return [line for item in _items(block.lines) for line in _wrapped(item, width, " " * _marker_width(item))]
    if keeps_lines(block.lines[0]):
        return block.lines
    lines: list[str] = []
    for sentence in _sentences(block.lines):
        part = _wrapped(sentence, width)
        lines += [line + " " for line in part[:-1]] + part[-1:] if flowed else part
    return lines


def _marker_width(item: str) -> int:
    match = ITEM.match(item)
    return match.end() if match else 0


def _items(lines: list[str]) -> list[str]:
    items: list[str] = []
    for line in lines:
        if ITEM.match(line) or not items:
            items.append(line)
        else:
            items[-1] += " " + line.strip()
    return items


def _sentences(lines: list[str]) -> list[str]:
    """Join the typed lines of a paragraph; a backslash at the end of a line keeps the break."""
    sentences = [""]
    for line in lines:
        sentences[-1] = f"{sentences[-1]} {line.rstrip(chr(92))}".strip()
        if line.endswith("\\"):
            sentences.append("")
    return sentences if sentences[-1] else sentences[:-1]


def _inline(text: str) -> str:
    def mark(match: re.Match[str]) -> str:
        if match["url"]:
            return f'<a href="{match["url"]}">{match["url"]}</a>'
        return f"<b>{match['bold']}</b>" if match["bold"] else f"<i>{match['italic']}</i>"

    return MARK.sub(mark, html.escape(text, quote=False))


def html_of(block: Block, tag: str = "p", attributes: str = "") -> str:
    """Return a block as HTML, running text inside `<tag attributes>`."""
    opening = f"<{tag}{' ' + attributes if attributes else ''}>"
    if block.kind == "pre":
        return f"<pre>{html.escape(chr(10).join(block.lines), quote=False)}</pre>"
    if block.kind == "quote":
        return f'<blockquote type="cite">{"<br>".join(_inline(line) for line in block.lines)}</blockquote>'
    if block.kind == "cid":
        return f'{opening}<img src="{{cid:{block.lines[0].strip("[]")}}}" alt="{block.lines[0].strip("[]")}"></{tag}>'
    if block.kind == "list":
        first = block.lines[0][0]
        kind, shown = ("ul", "") if first in "-*•" else ("ol", "" if first.isdigit() else ' type="A"')
        items = "".join(f"<li>{_inline(ITEM.sub('', item, count=1))}</li>" for item in _items(block.lines))
        return f"<{kind}{shown}>{items}</{kind}>"
    sentences = block.lines if keeps_lines(block.lines[0]) else _sentences(block.lines)
    return f"{opening}{'<br>'.join(_inline(sentence) for sentence in sentences)}</{tag}>"
