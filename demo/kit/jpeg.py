"""A baseline JPEG encoder (ITU-T T.81), 4:2:0, standard tables: small photographs without an imaging library."""

import math

# fmt: off
ZIGZAG = sorted(range(64), key=lambda i: (i // 8 + i % 8, i // 8 if (i // 8 + i % 8) % 2 else i % 8))
LUMA = [16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99]
CHROMA = [17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66] + [99] * 38
# fmt: on
DC_LUMA = (bytes([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]), bytes(range(12)))
DC_CHROMA = (bytes([0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0]), bytes(range(12)))
AC_LUMA = (
    bytes([0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7D]),
    bytes.fromhex(
        "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a"
        "434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aa"
        "b2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa"
    ),
)
AC_CHROMA = (
    bytes([0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77]),
    bytes.fromhex(
        "0001020311040521310612415107617113223281081442 91a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a"
        "434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9"
        "aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa"
    ),
)
COSINES = [
    [math.cos((2 * x + 1) * u * math.pi / 16) * (math.sqrt(0.125) if u == 0 else 0.5) for x in range(8)]
    for u in range(8)
]


def _codes(table: tuple[bytes, bytes]) -> dict[int, tuple[int, int]]:
    counts, symbols = table
    codes, code, position = {}, 0, 0
    for bits, count in enumerate(counts, 1):
        for symbol in symbols[position : position + count]:
            codes[symbol] = (code, bits)
            code += 1
        position += count
        code <<= 1
    return codes


class _Scan:
    def __init__(self) -> None:
        self.out, self.held, self.count = bytearray(), 0, 0

    def put(self, value: int, bits: int) -> None:
        self.held = (self.held << bits) | value
        self.count += bits
        while self.count >= 8:
            byte = (self.held >> (self.count - 8)) & 255
            self.out += b"\xff\x00" if byte == 255 else bytes([byte])
            self.count -= 8
        self.held &= (1 << self.count) - 1

    def put_number(self, value: int, size: int) -> None:
        self.put(value if value >= 0 else value + (1 << size) - 1, size)


def _transform(block: list[list[float]]) -> list[float]:
    rows = [[sum(c * v for c, v in zip(cosine, row, strict=True)) for cosine in COSINES] for row in block]
    columns = list(zip(*rows, strict=True))
    return [sum(c * v for c, v in zip(COSINES[u], columns[x], strict=True)) for u in range(8) for x in range(8)]


def _put_block(scan: _Scan, block: list[list[float]], steps: list[int], previous: int, dc: dict, ac: dict) -> int:
    coefficients = _transform(block)
    numbers = [math.floor(coefficients[i] / steps[i] + 0.5) for i in ZIGZAG]
    difference = numbers[0] - previous
    size = abs(difference).bit_length()
    scan.put(*dc[size])
    scan.put_number(difference, size)
    run = 0
    last = max((i for i in range(1, 64) if numbers[i]), default=0)
    for number in numbers[1 : last + 1]:
        if number == 0:
            run += 1
            continue
        while run > 15:
            scan.put(*ac[0xF0])
            run -= 16
        size = abs(number).bit_length()
        scan.put(*ac[run << 4 | size])
        scan.put_number(number, size)
        run = 0
    if last < 63:
        scan.put(*ac[0])
    return numbers[0]


def _planes(width: int, height: int, rgb: bytes) -> tuple[list[list[float]], list[list[float]], list[list[float]]]:
    """Luminance at full size, the two colour differences at half, all padded to whole 16 × 16 units."""
    wide, high = -width % 16 + width, -height % 16 + height
    y, cb, cr = [], [], []
    for row in range(high):
        start = min(row, height - 1) * width
        pixels = [rgb[3 * (start + min(x, width - 1)) : 3 * (start + min(x, width - 1)) + 3] for x in range(wide)]
        y.append([0.299 * r + 0.587 * g + 0.114 * b - 128 for r, g, b in pixels])
        if row % 2 == 0:
            cb.append([-0.168736 * r - 0.331264 * g + 0.5 * b for r, g, b in pixels[::2]])
            cr.append([0.5 * r - 0.418688 * g - 0.081312 * b for r, g, b in pixels[::2]])
    return y, cb, cr


def _block(plane: list[list[float]], x: int, y: int) -> list[list[float]]:
    return [row[x : x + 8] for row in plane[y : y + 8]]


def _segment(marker: int, payload: bytes) -> bytes:
    return bytes([255, marker]) + (len(payload) + 2).to_bytes(2, "big") + payload


def _headers(width: int, height: int, luma: list[int], chroma: list[int]) -> bytes:
    size = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    out = b"\xff\xd8" + _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
    for number, steps in enumerate((luma, chroma)):
        out += _segment(0xDB, bytes([number]) + bytes(steps[i] for i in ZIGZAG))
    out += _segment(0xC0, b"\x08" + size + b"\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01")
    for number, (counts, symbols) in ((0x00, DC_LUMA), (0x10, AC_LUMA), (0x01, DC_CHROMA), (0x11, AC_CHROMA)):
        out += _segment(0xC4, bytes([number]) + counts + symbols)
    return out + _segment(0xDA, b"\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00")


def encode(width: int, height: int, rgb: bytes, quality: int = 70) -> bytes:
    """Return the picture (`rgb`: three bytes a pixel, row by row) as a JPEG file; `quality` 1 to 100 as in libjpeg."""
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    luma, chroma = ([min(255, max(1, (step * scale + 50) // 100)) for step in table] for table in (LUMA, CHROMA))
    planes = _planes(width, height, rgb)
    scan, before = _Scan(), [0, 0, 0]
    tables = [_codes(table) for table in (DC_LUMA, AC_LUMA, DC_CHROMA, AC_CHROMA)]
    for top in range(0, len(planes[0]), 16):
        for left in range(0, len(planes[0][0]), 16):
            for dy, dx in ((0, 0), (0, 8), (8, 0), (8, 8)):
                before[0] = _put_block(scan, _block(planes[0], left + dx, top + dy), luma, before[0], *tables[:2])
            for c in (1, 2):
                before[c] = _put_block(scan, _block(planes[c], left // 2, top // 2), chroma, before[c], *tables[2:])
    scan.put(0x7F, 7)
    return _headers(width, height, luma, chroma) + bytes(scan.out) + b"\xff\xd9"
