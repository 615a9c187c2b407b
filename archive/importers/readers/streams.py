"""Bytes out of plain and compressed files: told by magic, streamed in bounded memory, broken files read as far as they go."""

import bz2
import codecs
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO, Protocol

import zstandard

PIECE = 8 << 10  # compressed bytes given to a decoder at a time: what one defect can spoil
OUTPUT = 256 << 10  # decompressed bytes taken from a decoder at a time: a bomb cannot fill the memory
BOMB_OUTPUT = 1 << 30
BOMB_RATIO = 1000  # beyond BOMB_OUTPUT, nothing that is mail shrinks a thousandfold
XZ_MEMORY = 512 << 20  # xz -9 needs 65 MiB
ZSTD_WINDOW = 1 << 31  # Archive Team packs with --long=31

CODEC_NAMES = {
    "gz": "gzip",
    "bz2": "bzip2",
    "xz": "xz",
    "lzma": "lzma",
    "zst": "zstandard",
    "deflate": "zip",
    "utf-16": "UTF-16",
}
READ_ERRORS = (
    OSError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zstandard.ZstdError,
    zipfile.BadZipFile,
    RuntimeError,
    ValueError,
)
_UTF16 = re.compile(rb"\xff\xfe(?:[\t\n\r -~]\0){4}|\xfe\xff(?:\0[\t\n\r -~]){4}")  # with ASCII at once, as mail has it


class Broken(Exception):
    """The stream cannot be read further. str() is a sentence for people that says where it broke."""


class Decoder(Protocol):
    """The interface of bz2.BZ2Decompressor, which the others are brought to."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class ZlibDecoder:
    """One gzip member (RFC 1952; zlib checks the CRC and the length at its end), or raw deflate data (RFC 1951) as in a zip."""

    def __init__(self, wbits: int) -> None:
        self._zlib = zlib.decompressobj(wbits=wbits)
        self._tail = b""

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._tail

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int = 0) -> bytes:
        before = self._zlib.copy()
        data = self._tail + data
        try:
            out = self._zlib.decompress(data, max(max_length, 0))
        except zlib.error:
            out = self._salvage(before, data)
            if not out:
                raise
            return out
        self._tail = self._zlib.unconsumed_tail
        return out

    def _salvage(self, before: Any, data: bytes) -> bytes:
        """What stands before the defect: zlib throws the whole call's output away, so go byte by byte. The next call raises."""
        out = bytearray()
        self._zlib = before
        for index in range(len(data)):
            try:
                out += self._zlib.decompress(data[index : index + 1])
            except zlib.error:
                break
        self._tail = data[index:]
        return bytes(out)


class ZstdDecoder:
    """One zstandard frame (RFC 8878). Fed in small pieces, because the library returns all that a piece unpacks to."""

    SMALL = 1 << 10

    def __init__(self) -> None:
        self._zstd = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()
        self._tail = b""

    @property
    def eof(self) -> bool:
        return self._zstd.eof

    @property
    def needs_input(self) -> bool:
        return not self._tail

    @property
    def unused_data(self) -> bytes:
        return self._zstd.unused_data + self._tail if self.eof else b""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        data = self._tail + data
        self._tail = data[self.SMALL :]
        return self._zstd.decompress(data[: self.SMALL])


class Utf16Decoder:
    """Text that an editor of Windows, or PowerShell's ">", saved in UTF-16, brought back to UTF-8."""

    needs_input = True
    unused_data = b""

    def __init__(self) -> None:
        self.eof = False
        self._text = codecs.getincrementaldecoder("utf-16")("replace")

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        self.eof = not data
        return self._text.decode(data, final=self.eof).encode("utf-8", "replace")


def codec_of(head: bytes) -> str:
    """ "gz", "bz2", "xz", "lzma", "zst", "utf-16", or "" for anything else. head: the first bytes of a file, 10 are enough."""
    if head.startswith(b"\x1f\x8b\x08"):
        return "gz"
    if head.startswith(b"BZh") and head[4:10] in (b"1AY&SY", b"\x17rE8P\x90"):
        return "bz2"
    if head.startswith(b"\xfd7zXZ\x00"):
        return "xz"
    if head.startswith(b"\x5d\x00\x00") and head[9:13] in (b"\0\0\0\0", b"\xff\xff\xff\xff"):
        return "lzma"
    if head.startswith(b"\x28\xb5\x2f\xfd") or (head[1:4] == b"\x2a\x4d\x18" and head[0] & 0xF0 == 0x50):
        return "zst"
    if _UTF16.match(head):
        return "utf-16"
    return ""


def _decoder(codec: str) -> Decoder:
    if codec == "gz":
        return ZlibDecoder(wbits=31)
    if codec == "deflate":
        return ZlibDecoder(wbits=-15)
    if codec == "bz2":
        return bz2.BZ2Decompressor()
    if codec == "zst":
        return ZstdDecoder()
    if codec == "utf-16":
        return Utf16Decoder()
    return lzma.LZMADecompressor(memlimit=XZ_MEMORY)


def opened(opener: Callable[[], BinaryIO]) -> "ByteStream":
    """A ByteStream on what the opener opens. Raises Broken where it cannot be opened."""
    try:
        return ByteStream(opener())
    except READ_ERRORS as error:
        raise Broken(f"The file could not be opened: {getattr(error, 'strerror', None) or error}.") from error


class ByteStream:
    """Reads a file forward, decompressing it where it is compressed; several members, streams or frames in a row are one.

    read() raises Broken at a defect, after everything before it has been delivered.
    """

    def __init__(self, source: BinaryIO, codec: str | None = None) -> None:
        self._source = source
        self._broken = ""
        self._surplus = b""
        self.produced = 0  # uncompressed bytes delivered
        self.consumed = 0  # bytes read from the source
        self._input = self._take(PIECE)
        self.codec = codec_of(self._input) if codec is None else codec
        self._decoder: Decoder | None = _decoder(self.codec) if self.codec else None

    def read(self, size: int) -> bytes:
        """Up to `size` bytes, fewer only at the end or before a defect; b"" at the end."""
        parts: list[bytes] = []
        missing = size
        while missing > 0 and (self._surplus or not self._broken):
            part = self._unpack(missing) if self.codec else self._plain(missing)
            if not part:
                break
            parts.append(part)
            missing -= len(part)
        if not parts and self._broken:
            raise Broken(self._broken)
        data = b"".join(parts) if len(parts) != 1 else parts[0]
        self.produced += len(data)
        return data

    def skip(self, count: int) -> None:
        """Go `count` uncompressed bytes forward; compressed files are read and thrown away."""
        if not self.codec and count > len(self._input) and self._source.seekable():
            self._source.seek(count - len(self._input), 1)
            self.consumed += count - len(self._input)
            self.produced += count
            self._input = b""
            return
        while count > 0 and (data := self.read(min(count, 1 << 20))):
            count -= len(data)

    def close(self) -> None:
        try:
            self._source.close()
        except READ_ERRORS:
            pass  # a zip member checks its sum on closing; what was wrong has been said already

    def _take(self, size: int) -> bytes:
        try:
            data = self._source.read(size)
        except READ_ERRORS as error:
            self._broken = f"The file could not be read beyond byte {self.consumed:,}: {str(error).rstrip('.')}."
            return b""
        self.consumed += len(data)
        return data

    def _plain(self, size: int) -> bytes:
        if self._input:
            data, self._input = self._input[:size], self._input[size:]
            return data
        return self._take(min(size, OUTPUT))  # the system sets aside as much as is asked for

    def _unpack(self, size: int) -> bytes:
        """Some decompressed bytes, b"" at the end or when broken."""
        if self._surplus:
            data, self._surplus = self._surplus[:size], self._surplus[size:]
            return data
        while not self._broken:
            if self._decoder is None:
                if not self._next_member():
                    return b""
                continue
            feed = b""
            hungry = self._decoder.needs_input
            if hungry:
                feed, self._input = self._input or self._take(PIECE), b""
            try:
                data = self._decoder.decompress(feed, min(size, OUTPUT))
            except READ_ERRORS as error:
                self._break(f"is damaged ({error})")
                return b""
            ended = self._decoder.eof
            if ended:
                self._input, self._decoder = self._decoder.unused_data + self._input, None
            elif hungry and not feed and not data and not self._broken:
                self._break("breaks off in the middle")
            if self.produced + len(data) > max(BOMB_OUTPUT, BOMB_RATIO * self.consumed):
                self._break(f"unpacks to more than {BOMB_RATIO:,} times its size and is not trusted")
            if data:
                self._surplus = data[size:]  # zstandard may return more than was asked for
                return data[:size]
        return b""

    def _next_member(self) -> bool:
        """At the end of a member: is there another? Padding is skipped; bytes that are no member are ignored, as gzip does."""
        while not self._input.strip(b"\0"):
            self._input = self._take(PIECE)
            if not self._input:
                return False
        self._input = self._input.lstrip(b"\0")
        if len(self._input) < 10:
            self._input += self._take(PIECE)
        if self.codec == "deflate" or codec_of(self._input) != self.codec:
            return False
        self._decoder = _decoder(self.codec)
        return True

    def _break(self, what: str) -> None:
        name = CODEC_NAMES[self.codec]
        self._broken = f"The {name} data {what} near byte {self.consumed:,} of the compressed file."
