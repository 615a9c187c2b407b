"""What owners write about their group, as safe HTML: Markdown without raw HTML, pictures or tables."""

from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_TAGS = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "pre", "h3", "h4", "hr", "s"}
_LEVELS = {"h1": "h3", "h2": "h3", "h3": "h4", "h4": "h4", "h5": "h4", "h6": "h4"}  # below the page's own headings
_markdown = MarkdownIt("commonmark", {"html": False}).disable("image").enable("strikethrough")
_with_breaks = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image").enable("strikethrough")


@lru_cache(maxsize=256)
def render_markdown(text: str, *, breaks: bool = False) -> SafeString:
    """HTML of a description; links carry rel="nofollow noopener". Whatever the text holds, nothing in it can run or load.
    `breaks`: a line end is one, as in mail."""
    markdown = _with_breaks if breaks else _markdown
    tokens = markdown.parse(text.encode("utf-8", "replace").decode())
    for token in tokens:
        token.tag = _LEVELS.get(token.tag, token.tag)
    html = markdown.renderer.render(tokens, markdown.options, {})
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    )
    return mark_safe(clean)  # noqa: S308 - cleaned by nh3
