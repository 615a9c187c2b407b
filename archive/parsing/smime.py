"""Opaque S/MIME (RFC 8551 §3.5.2): a letter inside its own signature. It is taken out to be read; nobody's signature is judged.

The wrapping is CMS SignedData (RFC 5652 §5) in BER, with lengths definite or not, walked without recursion.
"""

from typing import NamedTuple

CONTENT_TYPES = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_SEQUENCE, _OID, _OCTETS, _OCTETS_IN_PIECES, _CONTEXT_0, _END = 0x30, 0x06, 0x04, 0x24, 0xA0, 0x00
_DEEPEST = 1000


class _Element(NamedTuple):
    """start: of its content. length: None where an end-of-contents mark closes it (X.690 §8.1.3.6)."""

    tag: int
    start: int
    length: int | None


def signed_content(data: bytes) -> bytes:
    """The MIME entity that was signed; b"" where there is none (encrypted, only certificates, damaged). Never raises."""
    try:
        return _signed_content(data)
    except (IndexError, ValueError):
        return b""


def _signed_content(data: bytes) -> bytes:
    at = _enter(data, 0, _SEQUENCE)
    kind = _element(data, at)
    if kind.tag != _OID or data[kind.start : kind.start + (kind.length or 0)] != _SIGNED_DATA:
        return b""
    at = _enter(data, _enter(data, _skip(data, at), _CONTEXT_0), _SEQUENCE)
    at = _skip(data, _skip(data, at))  # version, digestAlgorithms
    at = _skip(data, _enter(data, at, _SEQUENCE))  # eContentType
    return _octets(data, _enter(data, at, _CONTEXT_0))


def _element(data: bytes, at: int) -> _Element:
    tag, length = data[at], data[at + 1]
    if length < 0x80:
        return _Element(tag, at + 2, length)
    if length == 0x80:
        return _Element(tag, at + 2, None)
    size = length & 0x7F
    return _Element(tag, at + 2 + size, int.from_bytes(data[at + 2 : at + 2 + min(size, 8)], "big"))


def _enter(data: bytes, at: int, tag: int) -> int:
    element = _element(data, at)
    if element.tag != tag:
        raise ValueError
    return element.start


def _skip(data: bytes, at: int) -> int:
    """Behind the element at `at`."""
    depth = 0
    while depth < _DEEPEST:
        element = _element(data, at)
        at = element.start + (element.length or 0)
        if element.length is None:
            depth += 1
        elif element.tag == _END and depth:
            depth -= 1
        if not depth:
            return at
    raise ValueError


def _octets(data: bytes, at: int) -> bytes:
    """An octet string, in one piece or in several."""
    pieces: list[bytes] = []
    while at < len(data) and (element := _element(data, at)).tag in (_OCTETS, _OCTETS_IN_PIECES, _END):
        if element.tag == _OCTETS:
            pieces.append(data[element.start : element.start + (element.length or 0)])
            at = element.start + (element.length or 0)
        else:
            at = element.start
    return b"".join(pieces)
