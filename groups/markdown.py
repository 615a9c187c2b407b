"""What owners write about their group, as safe HTML: Markdown without raw HTML, pictures or tables."""

from collections.abc import Iterable
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "pre", "h2", "h3", "h4", "hr", "s"}
_markdown = MarkdownIt("commonmark", {"html": False}).disable("image").enable("strikethrough")
_with_breaks = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image").enable("strikethrough")


@lru_cache(maxsize=256)
def render_markdown(text: str, *, breaks: bool = False, below: int = 2) -> SafeString:
    """HTML of a description; links carry rel="nofollow noopener". Whatever the text holds, nothing in it can run or load.
    `breaks`: a line end is one, as in mail. `below`: the level of the page's own heading over it."""
    markdown = _with_breaks if breaks else _markdown
    tokens = markdown.parse(text.encode("utf-8", "replace").decode())
    _put_headings_below(below, tokens)
    html = markdown.renderer.render(tokens, markdown.options, {})
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    )
    return mark_safe(clean)  # noqa: S308 - cleaned by nh3


def _put_headings_below(level: int, tokens: Iterable[Token]) -> None:
    """Two levels of headings, none skipped, whatever levels the text uses."""
    above = level
    for token in tokens:
        if token.type == "heading_open":
            above = min(above + 1, level + 1 if token.tag in ("h1", "h2") else level + 2)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{above}"
