"""RFC 2047 encoded words, and the ways they are broken."""

import binascii
import re

from archive.parsing.charsets import clean_line, decode

# "?" inside the text is not allowed but written ("=?utf-8?Q?really??="): eight of them are let through, so that this
# stays linear. The end may be cut off.
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*+(?:\?(?!=)[^?]*+){0,8})(?:\?=|$)")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")


def decode_words(value: str, defects: list[str] | None = None) -> str:
    """Replace every encoded word by its text. Adjacent ones in one charset are joined as bytes first: senders cut
    characters in two.

    value: an unfolded header value, or a phrase of one. defects: receives slugs.
    """
    if "=?" not in value:
        return value
    pieces: list[str] = []
    run: list[bytes] = []
    charset = ""
    at = 0
    for match in _WORD.finditer(value):
        between = value[at : match.start()]
        label = match[1].lower()
        if run and (label != charset or between.strip()):
            pieces.append(_decode_run(run, charset, defects))
            run = []
        if between.strip() or not at:
            pieces.append(between)
        run.append(_word_bytes(match[2], match[3]))
        charset = label
        at = match.end()
    if run:
        pieces.append(_decode_run(run, charset, defects))
    pieces.append(value[at:])
    return "".join(pieces)


def _decode_run(run: list[bytes], charset: str, defects: list[str] | None) -> str:
    decoded = decode(b"".join(run), charset)
    if decoded.defect and defects is not None:
        defects.append(decoded.defect)
    text = decoded.text
    if "\n" in text or "\r" in text:  # a word must not smuggle in a line
        text = text.replace("\r", " ").replace("\n", " ")
    return text


def _word_bytes(encoding: str, text: str) -> bytes:
    if encoding in "bB":
        return decode_base64_word(text)
    raw = text.replace("_", " ").encode("utf-8", "replace")
    if b"=" not in raw:
        return raw
    return _HEX.sub(lambda match: bytes.fromhex(match[1].decode("ascii")), raw)


def decode_base64_word(text: str) -> bytes:
    """Base64 without its padding, with spaces in it, or cut off."""
    text = _NOT_BASE64.sub("", text)
    if len(text) % 4 == 1:
        text = text[:-1]
    return binascii.a2b_base64(text + "=" * (-len(text) % 4))


def decode_unstructured(value: str, defects: list[str] | None = None) -> str:
    """A Subject and the like: encoded words decoded, white space collapsed, clean text."""
    return clean_line(" ".join(decode_words(value, defects).split()))
