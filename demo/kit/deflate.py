"""A small zlib compressor whose output is the same on every machine.

zlib, zlib-ng and their versions produce different (equally valid) streams, and the demonstration mboxes must come out
byte for byte the same wherever they are built. One block, fixed Huffman codes (RFC 1951 §3.2.6), greedy matches.
"""

import zlib

WINDOW = 32_000
LONGEST, SHORTEST = 258, 3


def _ranges(first: int, extra_bits: list[int]) -> list[tuple[int, int]]:
    bases, base = [], first
    for bits in extra_bits:
        bases.append((base, bits))
        base += 1 << bits
    return bases


LENGTHS = [*_ranges(3, [0] * 8 + [n for n in range(1, 6) for _ in range(4)])[:28], (258, 0)]
DISTANCES = _ranges(1, [0, 0] + [n for n in range(14) for _ in range(2)])


class _Bits:
    def __init__(self) -> None:
        self.out, self.held, self.count = bytearray(), 0, 0

    def put(self, value: int, bits: int) -> None:
        self.held |= value << self.count
        self.count += bits
        while self.count >= 8:
            self.out.append(self.held & 255)
            self.held >>= 8
            self.count -= 8

    def put_code(self, code: int, bits: int) -> None:
        """Huffman codes go in starting with their highest bit."""
        self.put(int(f"{code:0{bits}b}"[::-1], 2), bits)

    def finish(self) -> bytes:
        if self.count:
            self.put(0, 8 - self.count)
        return bytes(self.out)


def _put_symbol(bits: _Bits, symbol: int) -> None:
    if symbol < 144:
        bits.put_code(0x30 + symbol, 8)
    elif symbol < 256:
        bits.put_code(0x190 + symbol - 144, 9)
    elif symbol < 280:
        bits.put_code(symbol - 256, 7)
    else:
        bits.put_code(0xC0 + symbol - 280, 8)


def _bucket(value: int, table: list[tuple[int, int]]) -> int:
    return max(index for index, (base, _) in enumerate(table) if base <= value)


def _put_match(bits: _Bits, length: int, distance: int) -> None:
    index = _bucket(length, LENGTHS)
    _put_symbol(bits, 257 + index)
    bits.put(length - LENGTHS[index][0], LENGTHS[index][1])
    index = _bucket(distance, DISTANCES)
    bits.put_code(index, 5)
    bits.put(distance - DISTANCES[index][0], DISTANCES[index][1])


def _match_length(data: bytes, here: int, there: int) -> int:
    limit, length = min(LONGEST, len(data) - here), 0
    while length < limit and data[there + length] == data[here + length]:
        length += 1
    return length


def compress(data: bytes) -> bytes:
    """Return `data` as a zlib stream (RFC 1950)."""
    seen: dict[bytes, int] = {}
    bits, here = _Bits(), 0
    bits.put(1, 1)
    bits.put(1, 2)
    while here < len(data):
        key = data[here : here + SHORTEST]
        there = seen.get(key, -WINDOW - 1)
        length = _match_length(data, here, there) if here - there <= WINDOW and len(key) == SHORTEST else 0
        if length >= SHORTEST:
            _put_match(bits, length, here - there)
        else:
            length = 1
            _put_symbol(bits, data[here])
        for position in range(here, here + length):
            seen[data[position : position + SHORTEST]] = position
        here += length
    _put_symbol(bits, 256)
    return b"\x78\x01" + bits.finish() + zlib.adler32(data).to_bytes(4, "big")
