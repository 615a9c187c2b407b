"""Large attachments as links to the archive, for members who want no copy larger than so much."""

from hashlib import sha256

from archive.parsing.transfer import decode_transfer
from mail.transforms.fields import CRLF, Fields
from mail.transforms.parts import Part, read
from mail.transforms.texts import Words, with_words
from mail.transforms.types import GroupShape


def to_links(fields: Fields, body: bytes, shape: GroupShape) -> bytes:
    """The body with each attachment that stands in shape.links replaced by a line saying where it is."""
    raw = bytes(fields) + CRLF + body
    letter = read(raw)
    if not letter.is_multipart or letter.is_sealed:
        return body
    for part in reversed([part for part in letter.leaves() if not part.is_sealed]):
        url = shape.links.get(_digest(raw, part))
        if url:
            raw = raw[: part.head] + _note(part, url) + raw[part.end :]
    return raw[letter.body :]


def _digest(raw: bytes, part: Part) -> str:
    return sha256(decode_transfer(raw[part.body : part.end], part.about.encoding).data).hexdigest()


def _note(part: Part, url: str) -> bytes:
    name = part.about.disposition.parameters.get("filename") or part.about.content_type.parameters.get("name")
    words = f"{name or 'An attachment'} is kept in the archive:\n{url}\n"
    changed = with_words(b"", "utf-8", "quoted-printable", Words(below=words), is_html=False)
    assert changed is not None
    head = b'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n'
    return head + b"Content-Disposition: inline\r\n" + CRLF + changed.content
