"""A whole letter, all its bodies, as one safe fragment and as plain text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from archive.parsing.types import AttachmentPart, BodyPart
from archive.rendering import htmltext, sanitise
from archive.rendering.addresses import storable
from archive.rendering.calendars import render_calendar
from archive.rendering.plain import read_plain, render_plain
from archive.rendering.replies import Reply, split_reply
from archive.rendering.tokens import bodies_without_tokens, text_without_tokens

SNIPPET_LENGTH = 200
_SHORT_TEXT = 400  # characters: a plain alternative this short may only say that the mail is HTML
_SHOWN_IMAGES = frozenset(
    {
        "image/png",
        "image/jpeg",
        "image/jpg",
        "image/pjpeg",
        "image/gif",
        "image/webp",
        "image/bmp",
        "image/x-png",
        "image/avif",
    }
)


@dataclass(slots=True)
class Rendered:
    """html: a fragment to store; before it is shown, pass it through reveal_addresses or mask_addresses, and link_parts.

    text: the whole letter as plain text. visible, quoted, signature: that text taken apart. snippet: how it begins.
    has_remote: images on other servers wait in it. is_patch: a diff is in it. monospace: its lines are aligned by columns.
    """

    html: str
    text: str
    visible: str
    quoted: str
    signature: str
    snippet: str
    has_remote: bool
    is_patch: bool
    monospace: bool


@dataclass(slots=True)
class _Piece:
    """One body: its fragment, its words, and what was found out about it."""

    html: str
    text: str
    reply: Reply
    has_remote: bool = False
    is_patch: bool = False
    monospace: bool = False


def render(bodies: list[BodyPart], attachments: list[AttachmentPart]) -> Rendered:
    """The bodies of a letter, in order. Of alternatives the richest is shown; the words are those of the plain one."""
    bodies = bodies_without_tokens(bodies)
    if len(bodies) == 1 and bodies[0].kind == "plain":
        pieces = [_plain(bodies[0].text)]
    else:
        cids = {
            part.content_id: part.index
            for part in attachments
            if part.content_id and part.content_type in _SHOWN_IMAGES
        }
        pieces = _pieces(bodies, cids)
    return _assembled(pieces)


def render_to_store(bodies: list[BodyPart], attachments: list[AttachmentPart]) -> Rendered:
    """`render`, with `html` left empty where `fragment_of` makes it from the text: most letters are one plain body. What
    only its lines would tell (is_patch, monospace) is not looked for then."""
    if len(bodies) != 1 or bodies[0].kind != "plain":
        return render(bodies, attachments)
    plain = read_plain(text_without_tokens(bodies[0].text))
    if not plain.text:
        return render(bodies, attachments)
    reply = plain.reply
    snippet = snippet_of(reply.visible) or snippet_of(plain.text)
    return Rendered("", plain.text, reply.visible, reply.quoted, reply.signature, snippet, False, False, False)


def fragment_of(html: str, text: str) -> str:
    """The fragment of a stored letter, from what `render_to_store` gave."""
    if html or not text:
        return html
    return _kept_fragment(text) if len(text) <= KEPT_TEXT else render_plain(text).html


KEPT_TEXT = 8000  # characters: longer letters are rendered each time they are shown


@lru_cache(maxsize=1024)
def _kept_fragment(text: str) -> str:
    """Topics that many read are rendered once a process; about 5 MB of ordinary letters."""
    return render_plain(text).html


def _pieces(bodies: list[BodyPart], cids: Mapping[str, int]) -> list[_Piece]:
    rich = {
        body.alternative
        for body in bodies
        if body.kind == "html" and body.alternative and htmltext.says_something(body.text)
    }
    shown = [body for body in bodies if not _is_said_better(body, rich)]
    return [_piece(body, _plain_twin(body, bodies), cids) for body in shown]


def _is_said_better(body: BodyPart, rich: set[int]) -> bool:
    """True where another part of the same alternative is shown: HTML if it says anything, plain text otherwise."""
    if not body.alternative or body.kind == "calendar":
        return False
    return (body.kind == "plain") == (body.alternative in rich)


def _plain_twin(body: BodyPart, bodies: list[BodyPart]) -> str:
    """The plain text that says the same as an HTML part: "" where there is none, or where several parts share it."""
    if body.kind != "html" or not body.alternative:
        return ""
    twins = [other for other in bodies if other.alternative == body.alternative and other.kind in ("plain", "html")]
    plain = [other for other in twins if other.kind == "plain"]
    return plain[0].text if len(plain) == 1 and len(twins) == 2 else ""


def _piece(body: BodyPart, twin: str, cids: Mapping[str, int]) -> _Piece:
    if body.kind == "html":
        return _html(body.text, twin, cids)
    if body.kind == "calendar":
        summary = render_calendar(body.text)
        return _Piece(summary.html, summary.text, Reply(summary.text, "", ""))
    return _plain(body.text)


def _plain(text: str) -> _Piece:
    letter = render_plain(text)
    return _Piece(letter.html, letter.text, letter.reply, is_patch=letter.is_patch, monospace=letter.monospace)


def _html(html: str, twin: str, cids: Mapping[str, int]) -> _Piece:
    cleaned = sanitise.clean(html)
    if cleaned is None:
        text = storable(htmltext.strip_tags(html))
        return _Piece(
            f'<div class="letter-html" dir="auto">{htmltext.as_paragraphs(text)}</div>', text.strip(), split_reply(text)
        )
    safe = sanitise.rebuild(cleaned, cids)
    text = storable(twin if len(twin) > _SHORT_TEXT else _longer(twin, htmltext.text_of(cleaned)))
    return _Piece(f'<div class="letter-html" dir="auto">{safe.html}</div>', text, split_reply(text), safe.has_remote)


def _longer(twin: str, own: str) -> str:
    """The plain twin, unless it only says "Your mail program does not show HTML"."""
    return twin if len(twin.strip()) * 3 > len(own) and twin.strip() else own


def _assembled(pieces: list[_Piece]) -> Rendered:
    visible = _joined(piece.reply.visible for piece in pieces)
    text = _joined(piece.text.strip("\n") for piece in pieces)
    return Rendered(
        html="\n".join(piece.html for piece in pieces),
        text=text,
        visible=visible,
        quoted=_joined(piece.reply.quoted for piece in pieces),
        signature=_joined(piece.reply.signature for piece in pieces),
        snippet=snippet_of(visible) or snippet_of(text),
        has_remote=any(piece.has_remote for piece in pieces),
        is_patch=any(piece.is_patch for piece in pieces),
        monospace=any(piece.monospace for piece in pieces),
    )


def _joined(texts: Iterable[str]) -> str:
    return "\n\n".join(filter(None, texts))


def snippet_of(text: str) -> str:
    """The first words of a text on one line, at most SNIPPET_LENGTH characters, cut between words where that is possible."""
    words = " ".join(text[: SNIPPET_LENGTH * 3 // 2].split())  # enough, unless there are many spaces in it
    if len(words) <= SNIPPET_LENGTH:
        words = " ".join(text[: SNIPPET_LENGTH * 4].split())
    if len(words) <= SNIPPET_LENGTH:
        return words
    cut = words.rfind(" ", SNIPPET_LENGTH - 30, SNIPPET_LENGTH)
    return words[: cut if cut > 0 else SNIPPET_LENGTH - 1] + "…"
