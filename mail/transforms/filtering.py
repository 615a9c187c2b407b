"""Files a group does not pass on: taken out of copies and digests, with a line in their place. The archive keeps them."""

from pathlib import PurePosixPath

from mail.transforms.fields import CRLF, Fields
from mail.transforms.parts import Part, read
from mail.transforms.texts import Words, with_words

_HEAD = b'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n'


def words_of(setting: str) -> frozenset[str]:
    """Media types ("video/mp4"), the first half of one ("video"), and endings of file names ("exe"), as an owner writes them."""
    return frozenset(word.strip(".*/").lower() for word in setting.replace(",", " ").split()) - {""}


def without_files(fields: Fields, body: bytes, unwanted: frozenset[str]) -> bytes:
    """The body, its unwanted files replaced; `fields` changed where the letter is nothing but one. Sealed parts stay."""
    raw = bytes(fields) + CRLF + body
    letter = read(raw)
    if letter.is_sealed:
        return body
    if not letter.is_multipart:
        return _instead(fields, letter) if _is_unwanted(letter, unwanted) else body
    for part in reversed([part for part in letter.leaves() if not part.is_sealed]):
        if _is_unwanted(part, unwanted):
            raw = raw[: part.head] + _HEAD + b"Content-Disposition: inline\r\n" + CRLF + _note(part) + raw[part.end :]
    return raw[letter.body :]


def _instead(fields: Fields, letter: Part) -> bytes:
    fields.remove_where(lambda name, _: name.startswith("content-"))
    fields.add("Content-Type", 'text/plain; charset="utf-8"')
    fields.add("Content-Transfer-Encoding", "quoted-printable")
    return _note(letter)


def _is_unwanted(part: Part, words: frozenset[str]) -> bool:
    kind = part.about.content_type
    if kind.main == "text" and not part.is_attachment and not _name(part):
        return False  # what the author wrote
    ending = PurePosixPath(_name(part)).suffix.strip(". ").lower()
    return not words.isdisjoint({kind.full, kind.main, ending} - {""})


def _name(part: Part) -> str:
    about = part.about
    return about.disposition.parameters.get("filename") or about.content_type.parameters.get("name") or ""


def _note(part: Part) -> bytes:
    words = f"{_name(part) or 'A file'} ({part.kind}) was taken out: this group does not pass on such files.\n"
    changed = with_words(b"", "utf-8", "quoted-printable", Words(below=words), is_html=False)
    assert changed is not None
    return changed.content
