"""A letter as plain text and nothing else, for members who want no HTML and no files in their mail."""

from collections.abc import Mapping

from mail.outbox.personal import with_crlf
from mail.transforms.fields import CRLF, split
from mail.transforms.texts import quoted_printable

_OF_THE_BODY = ("content-", "mime-version", "dkim-signature", "autocrypt")  # nothing of the author's can stay signed


def is_plain(raw: bytes) -> bool:
    """Whether a letter is one plain text as it is."""
    value = split(raw)[0].raw("content-type").strip().lower()
    return not value or value.startswith("text/plain")


def as_plain_text(raw: bytes, text: str, files: Mapping[str, str]) -> bytes:
    """`text`: what the archive reads in the letter; `files`: name of each attachment -> where it is."""
    fields, _ = split(with_crlf(raw))
    fields.remove_where(lambda name, _: name.startswith(_OF_THE_BODY))
    fields.add("MIME-Version", "1.0")
    fields.add("Content-Type", 'text/plain; charset="utf-8"')
    fields.add("Content-Transfer-Encoding", "quoted-printable")
    below = [f"{name}: {link}" for name, link in files.items()]
    lines = [*text.rstrip().splitlines(), *(["", "Attachments:", *below] if below else []), ""]
    return bytes(fields) + CRLF + quoted_printable("\r\n".join(lines).replace("\0", "").encode())
