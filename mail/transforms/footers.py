"""Header and footer text of the group, and the member's own links, on each kind of letter."""

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from html import escape

from django.utils import translation
from django.utils.translation import gettext as _

from archive.parsing.parameters import ContentType
from mail.transforms.fields import CRLF, Fields
from mail.transforms.parts import Part, read, texts_of
from mail.transforms.placeholders import filled
from mail.transforms.texts import Words, renamed, with_words
from mail.transforms.types import GroupShape

LINE = "_" * 47  # what archives and mail programs have known as a list's footer for decades
_INLINE_PGP = (b"-----BEGIN PGP SIGNED MESSAGE-----", b"-----BEGIN PGP MESSAGE-----")


def decorate(fields: Fields, body: bytes, shape: GroupShape) -> bytes:
    """The body with the group's words, `fields` changed where its own type or encoding did. Signed and encrypted letters
    stay as they are."""
    below, above = footer_lines(shape), filled(shape.header_text, shape).strip()
    if not below and not above:
        return body
    raw = bytes(fields) + CRLF + body
    letter = read(raw)
    if letter.is_sealed or any(part.is_sealed for part in letter.leaves()) or _is_inline_pgp(letter, raw):
        return body
    texts = texts_of(letter)
    changed = _in_texts(raw, letter, texts, _plain_or_html(shape, above, below)) if texts else None
    if changed is None:
        changed = _as_own_part(raw, letter, fields, above, below)
    head, _, new = changed.partition(CRLF + CRLF)
    fields.become(Fields.read(head + CRLF))
    return new


def footer_lines(shape: GroupShape) -> list[tuple[str, str]]:
    """(text, link) of each line below; either may be empty."""
    lines = [(line.rstrip(), "") for line in filled(shape.footer_text, shape).strip().splitlines()]
    return [*lines, *shape.more_below, *_own_links(shape)]


def _own_links(shape: GroupShape) -> list[tuple[str, str]]:
    if not shape.leave_url:
        return []
    with spoken(shape):
        links = [
            (_("Read or answer on the web"), shape.letter_url),
            (_("No more of this topic"), shape.mute_url),
            (_("Your settings"), shape.settings_url),
            (_("Leave %(group)s") % {"group": shape.name}, shape.leave_url),
        ]
    return [(text, link) for text, link in links if link]


def spoken(shape: GroupShape) -> AbstractContextManager[None]:
    """The language of our words in its letters."""
    return translation.override(shape.language) if shape.language else nullcontext()


def _plain_or_html(shape: GroupShape, above: str, below: list[tuple[str, str]]) -> Callable[[ContentType], Words]:
    own = _ascii(filled(shape.footer_html, shape, is_html=True))

    def words(kind: ContentType) -> Words:
        if kind.sub != "html":
            return _plain(above, below, _is_flowed(kind))
        return _html(above, [*shape.more_below, *_own_links(shape)] if own else below, own)

    return words


def _plain(above: str, below: list[tuple[str, str]], is_flowed: bool) -> Words:
    """Lines of text. In format=flowed they must not flow: no blank at their end, one more before some (RFC 3676 §4.4)."""
    lines = [f"{text}: {link}" if link else text for text, link in below]
    header = above.splitlines()
    if is_flowed:
        lines, header = list(map(_stuffed, lines)), list(map(_stuffed, header))
    footer = "\n".join(["", LINE, *lines, ""]) if lines else ""
    return Words("\n".join([*header, "", ""]) if header else "", footer)


def _stuffed(line: str) -> str:
    line = line.rstrip()
    return f" {line}" if line.startswith((" ", ">", "From ")) else line


def _html(above: str, below: list[tuple[str, str]], own: str = "") -> Words:
    """ASCII whatever the charset: other characters by number. `own`: what the group wants to stand above the links."""
    lines = [f'<a href="{_safe(link)}">{_safe(text)}</a>' if link else _safe(text) for text, link in below]
    footer = '<div class="posthouse-footer" style="margin-top:1.5em;padding-top:.5em;border-top:1px solid #999;font-size:90%">'
    header = "<br>\n".join(_safe(line) for line in above.splitlines())
    return Words(
        f"<div>{header}</div><br>\n" if above else "",
        f"\n{footer}\n{own}" + "<br>\n".join(lines) + "\n</div>\n" if lines or own else "",
    )


def _safe(text: str) -> str:
    return _ascii(escape(text))


def _ascii(html: str) -> str:
    return html.encode("ascii", "xmlcharrefreplace").decode()


def _in_texts(raw: bytes, letter: Part, texts: list[Part], words_for: Callable[[ContentType], Words]) -> bytes | None:
    """Every version of the text, or none of them."""
    edits = []
    for part in texts:
        kind = part.about.content_type
        is_html = kind.sub == "html"
        words = words_for(kind)
        content = raw[part.body : part.end]
        changed = with_words(content, kind.parameters.get("charset", ""), part.about.encoding, words, is_html=is_html)
        if changed is None:
            return None
        edits.append((part, changed))
    for part, changed in sorted(edits, key=lambda edit: edit[0].head, reverse=True):
        head = renamed(raw[part.head : part.body], changed)
        # In a multipart the line end before the next delimiter is the delimiter's: the text's own last one stays inside.
        raw = raw[: part.head] + head + changed.content + raw[part.end :]
    return raw


def _is_flowed(kind: ContentType) -> bool:
    return kind.parameters.get("format", "").lower() == "flowed"


def _is_inline_pgp(letter: Part, raw: bytes) -> bool:
    texts = texts_of(letter) or []
    return any(word in raw[part.body : part.body + 4000] for part in texts for word in _INLINE_PGP)


def _as_own_part(raw: bytes, letter: Part, fields: Fields, above: str, below: list[tuple[str, str]]) -> bytes:
    """A text part of its own: at the end of a multipart/mixed, else round the whole body."""
    words = _plain(above, below, False)
    head_part, foot_part = (_text_part(text.strip("\n")) if text else b"" for text in (words.above, words.below))
    if letter.kind == "multipart/mixed" and letter.is_multipart:
        delimiter = b"--" + letter.boundary
        first = letter.parts[0].head if letter.parts else letter.closing
        end = CRLF + delimiter + CRLF + foot_part if foot_part else b""
        begin = head_part + CRLF + delimiter + CRLF if head_part else b""
        return raw[:first] + begin + raw[first : letter.closing] + end + raw[letter.closing :]
    return _wrapped(raw, letter, fields, [head_part] if head_part else [], [foot_part] if foot_part else [])


def _wrapped(raw: bytes, letter: Part, fields: Fields, before: list[bytes], after: list[bytes]) -> bytes:
    """multipart/mixed round it; what the header said of the body moves to the part the body becomes."""
    boundary = b"=_posthouse_" + hashlib.sha256(raw).hexdigest()[:24].encode()
    about = b"".join(fields.take(lambda name: name.startswith("content-")))
    inner = about + CRLF + raw[letter.body :]
    if "mime-version" not in fields:
        fields.add("MIME-Version", "1.0")
    fields.add("Content-Type", b'multipart/mixed;\r\n boundary="' + boundary + b'"')
    pieces = b"".join(b"--" + boundary + CRLF + part + CRLF for part in [*before, inner, *after])
    return bytes(fields) + CRLF + pieces + b"--" + boundary + b"--" + CRLF


def _text_part(text: str) -> bytes:
    changed = with_words(b"", "utf-8", "quoted-printable", Words(below=f"{text}\n"), is_html=False)
    assert changed is not None
    head = b'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n'
    return head + b"Content-Disposition: inline\r\n" + CRLF + changed.content
