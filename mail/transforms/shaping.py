"""The one way from a letter to a template, read from top to bottom."""

import hashlib

from django.utils.translation import gettext as _

from mail.outbox.personal import with_crlf, without_nuls
from mail.transforms import attachments, authors, filtering, footers, listing, secrets, signatures, subject
from mail.transforms.fields import CRLF, Fields, split
from mail.transforms.footers import footer_lines, spoken
from mail.transforms.placeholders import filled
from mail.transforms.texts import Words, with_words
from mail.transforms.types import GroupShape

_KEPT_OUTSIDE = ("date", "message-id", "in-reply-to", "references", "subject", "from", "to", "cc", "reply-to")


def shape(raw: bytes, shape: GroupShape) -> bytes:
    """The letter as it leaves, with marks where copies differ. Message-ID, References, In-Reply-To and Date stay as the author
    sent them; From, Subject and body change as the group says, signed and encrypted parts never."""
    fields, body = split(without_nuls(with_crlf(raw)))
    before = fields.snapshot()
    author = authors.author_of(fields)
    if shape.is_untouched:
        new = _untouched(fields, body, shape)
    elif shape.wraps:
        fields, new = _wrapped(fields, body, shape)
    else:
        new = _changed(fields, body, shape)
    if "message-id" not in fields and shape.message_id:
        fields.add("Message-ID", f"<{shape.message_id}>")
    if not shape.is_untouched:
        authors.answer_to(fields, shape, author)
    signatures.drop_broken(fields, before, body_changed=new != body)
    if shape.arc_results:
        signatures.begin_arc_set(fields, shape)
    return bytes(fields) + CRLF + new


def _untouched(fields: Fields, body: bytes, shape: GroupShape) -> bytes:
    protected = signatures.covered(fields)
    author = authors.author_of(fields)
    listing.strip(fields, shape, protected)
    if shape.replaces_author:
        authors.replace_author(fields, shape)
    listing.add(fields, shape, protected)
    if "reply-to" not in protected:
        authors.answer_to(fields, shape, author)
    return body


def _changed(fields: Fields, body: bytes, shape: GroupShape) -> bytes:
    listing.strip(fields, shape, frozenset())
    body = secrets.without_tokens(fields, body)
    if shape.subject_tag:
        subject.tag(fields, shape)
    if shape.replaces_author:
        authors.replace_author(fields, shape)
    listing.add(fields, shape, frozenset())
    if shape.removed_files:
        body = filtering.without_files(fields, body, shape.removed_files)
    if shape.links:
        body = attachments.to_links(fields, body, shape)
    return footers.decorate(fields, body, shape)


def _wrapped(fields: Fields, body: bytes, shape: GroupShape) -> tuple[Fields, bytes]:
    """The author's letter whole inside one by the group, which threads as the author's does."""
    outside = fields.only(_KEPT_OUTSIDE)
    listing.strip(fields, shape, signatures.covered(fields))
    inside = bytes(fields) + CRLF + body
    author = authors.author_of(outside)
    if shape.subject_tag:
        subject.tag(outside, shape)
    authors.replace_author(outside, shape)
    listing.add(outside, shape, frozenset())
    boundary = b"=_posthouse_" + hashlib.sha256(inside).hexdigest()[:24].encode()
    outside.add("MIME-Version", "1.0")
    outside.add("Content-Type", b'multipart/mixed;\r\n boundary="' + boundary + b'"')
    encoding = b"7bit" if inside.isascii() else b"8bit"
    between = CRLF + b"--" + boundary
    return outside, b"".join(
        [
            between[2:], CRLF, _foreword(author.name or author.address.partition("@")[0], shape), between, CRLF,
            b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: ", encoding, CRLF,
            b"Content-Disposition: inline\r\n", CRLF, inside, between, b"--", CRLF,
        ]
    )  # fmt: skip


def _foreword(name: str, shape: GroupShape) -> bytes:
    lines = [f"{text}: {link}" if link else text for text, link in footer_lines(shape)]
    with spoken(shape):
        attached = _("%(name)s wrote to %(group)s; the letter is attached.") % {"name": name, "group": shape.name}
    words = [
        *filled(shape.header_text, shape).splitlines(),
        attached,
        "",
        *lines,
        "",
    ]
    changed = with_words(b"", "utf-8", "quoted-printable", Words(below="\n".join(words)), is_html=False)
    assert changed is not None
    head = b'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n'
    return head + CRLF + changed.content
