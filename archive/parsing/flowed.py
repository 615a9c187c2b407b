"""format=flowed (RFC 3676): soft line breaks taken out again."""


def unflow(text: str, *, delsp: bool = False) -> str:
    """Flowed text to one line a paragraph. Quoted paragraphs keep their marks as ">> words"; "-- " begins a signature
    and never flows.

    text: "\\n" line ends. delsp: the DelSp=yes parameter; the space at a soft break was added and goes.
    """
    lines: list[str] = []
    paragraph: list[str] = []
    depth = 0
    for line in text.split("\n"):
        quotes = len(line) - len(line.lstrip(">"))
        content = line[quotes:]
        if content.startswith(" "):  # space-stuffing (§4.4)
            content = content[1:]
        if paragraph and (quotes != depth or content == "-- "):
            lines.append(_quoted(depth, "".join(paragraph).rstrip(" ")))
            paragraph = []
        depth = quotes
        if content.endswith(" ") and content != "-- ":
            paragraph.append(content[:-1] if delsp else content)
            continue
        paragraph.append(content)
        lines.append(_quoted(depth, "".join(paragraph)))
        paragraph = []
    if paragraph:
        lines.append(_quoted(depth, "".join(paragraph).rstrip(" ")))
    return "\n".join(lines)


def _quoted(depth: int, content: str) -> str:
    return f"{'>' * depth} {content}" if depth else content
