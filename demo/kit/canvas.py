"""A drawing surface of plain pixels with just the strokes that the demonstration pictures need."""

import itertools
import math
import zlib
from collections.abc import Iterable

from demo.kit import deflate, jpeg

Colour = tuple[int, int, int]
Point = tuple[float, float]

GLYPHS = {
    "0": "3e5149453e", "1": "00427f4000", "2": "4261514946", "3": "2141454b31", "4": "1814127f10", "5": "2745454539",
    "6": "3c4a494930", "7": "0171090503", "8": "3649494936", "9": "064949291e", "A": "7e1111117e", "B": "7f49494936",
    "C": "3e41414122", "D": "7f4141221c", "E": "7f49494941", "F": "7f09090901", "G": "3e4149497a", "H": "7f0808087f",
    "I": "00417f4100", "J": "2040413f01", "K": "7f08142241", "L": "7f40404040", "M": "7f020c027f", "N": "7f0408107f",
    "O": "3e4141413e", "P": "7f09090906", "Q": "3e4151215e", "R": "7f09192946", "S": "4649494931", "T": "01017f0101",
    "U": "3f4040403f", "V": "1f2040201f", "W": "3f4038403f", "X": "6314081463", "Y": "0708700807", "Z": "6151494543",
    "-": "0808080808", ".": "0060600000", "/": "2010080402", "?": "0201510906", "'": "0005030000", "&": "3649552250",
}  # fmt: skip


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return the colour `share` of the way (0 to 1) from one to the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


class Dice:
    """Numbers that look random and are the same everywhere and always (Numerical Recipes' 32-bit generator)."""

    def __init__(self, seed: int) -> None:
        self.state = (seed * 2654435761 + 12345) & 0xFFFFFFFF

    def roll(self) -> float:
        """Return a number from 0 up to, not including, 1."""
        self.state = (self.state * 1664525 + 1013904223) & 0xFFFFFFFF
        return (self.state >> 8) / (1 << 24)

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.roll()


class Canvas:
    """`width` × `height` pixels; coordinates run from the top left. `fine` draws at twice the size and averages."""

    def __init__(self, width: int, height: int, colour: Colour = (255, 255, 255), fine: bool = True) -> None:
        self.scale = 2 if fine else 1
        self.width, self.height = width * self.scale, height * self.scale
        self.rows = [bytearray(bytes(colour) * self.width) for _ in range(self.height)]

    def _span(self, y: int, left: float, right: float, colour: Colour) -> None:
        start, end = max(0, math.ceil(left - 0.5)), min(self.width, math.floor(right - 0.5) + 1)
        if 0 <= y < self.height and end > start:
            self.rows[y][3 * start : 3 * end] = bytes(colour) * (end - start)

    def gradient(self, top: float, bottom: float, upper: Colour, lower: Colour) -> None:
        first, last = round(top * self.scale), round(bottom * self.scale)
        for y in range(first, last):
            self._span(y, 0, self.width, mix(upper, lower, (y - first) / max(1, last - first - 1)))

    def polygon(self, points: Iterable[Point], colour: Colour) -> None:
        corners = [(x * self.scale, y * self.scale) for x, y in points]
        edges = list(zip(corners, corners[1:] + corners[:1], strict=True))
        lowest, highest = (math.floor(f(y for _, y in corners)) for f in (min, max))
        for row in range(lowest, highest + 1):
            middle = row + 0.5
            crossings = sorted(
                x1 + (middle - y1) * (x2 - x1) / (y2 - y1)
                for (x1, y1), (x2, y2) in edges
                if (y1 <= middle) != (y2 <= middle)
            )
            for left, right in zip(crossings[::2], crossings[1::2], strict=False):
                self._span(row, left, right, colour)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], colour)

    def ellipse(self, x: float, y: float, wide: float, high: float, colour: Colour, tilt: float = 0.0) -> None:
        """An ellipse around (x, y) with the given half axes, turned by `tilt` degrees."""
        turn, points = math.radians(tilt), []
        for step in range(40):
            a, b = wide * math.cos(step * math.pi / 20), high * math.sin(step * math.pi / 20)
            points.append((x + a * math.cos(turn) - b * math.sin(turn), y + a * math.sin(turn) + b * math.cos(turn)))
        self.polygon(points, colour)

    def line(self, start: Point, end: Point, colour: Colour, thick: float = 1.0) -> None:
        (x1, y1), (x2, y2) = start, end
        length = math.hypot(x2 - x1, y2 - y1) or 1.0
        dx, dy = -(y2 - y1) / length * thick / 2, (x2 - x1) / length * thick / 2
        self.polygon([(x1 + dx, y1 + dy), (x2 + dx, y2 + dy), (x2 - dx, y2 - dy), (x1 - dx, y1 - dy)], colour)

    def path(self, points: list[Point], colour: Colour, thick: float = 1.0) -> None:
        for start, end in itertools.pairwise(points):
            self.line(start, end, colour, thick)
            self.ellipse(*end, thick / 2, thick / 2, colour)

    def text(self, x: float, y: float, words: str, colour: Colour, size: float = 1.0) -> None:
        """Write capitals, digits and a few signs, 6 × 8 pixels each at size 1, from the top left corner (x, y)."""
        for place, letter in enumerate(words):
            for column, bits in enumerate(bytes.fromhex(GLYPHS.get(letter, ""))):
                for row in range(7):
                    if bits >> row & 1:
                        left, top = x + (6 * place + column) * size, y + row * size
                        self.box(left, top, left + size, top + size, colour)

    def finished(self) -> tuple[int, int, bytes]:
        """Return width, height and the pixels of the finished picture."""
        if self.scale == 1:
            return self.width, self.height, b"".join(bytes(row) for row in self.rows)
        out = bytearray()
        for upper, lower in zip(self.rows[::2], self.rows[1::2], strict=True):
            for i in range(0, len(upper), 6):
                out += bytes((upper[i + c] + upper[i + 3 + c] + lower[i + c] + lower[i + 3 + c]) >> 2 for c in range(3))
        return self.width // 2, self.height // 2, bytes(out)

    def jpeg(self, quality: int = 62) -> bytes:
        return jpeg.encode(*self.finished(), quality)

    def png(self) -> bytes:
        """Return a PNG file: with a palette where 256 colours are enough, else in true colour."""
        width, height, pixels = self.finished()
        colours = sorted({pixels[i : i + 3] for i in range(0, len(pixels), 3)})
        palette = {colour: number for number, colour in enumerate(colours)} if len(colours) <= 256 else None
        rows = [pixels[y * width * 3 : (y + 1) * width * 3] for y in range(height)]
        if palette is not None:
            rows = [bytes(palette[row[i : i + 3]] for i in range(0, len(row), 3)) for row in rows]
        kind = 2 if palette is None else 3
        header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, kind, 0, 0, 0])
        body = _chunk(b"IHDR", header) + (b"" if palette is None else _chunk(b"PLTE", b"".join(colours)))
        body += _chunk(b"IDAT", deflate.compress(b"".join(b"\0" + row for row in rows)))
        return b"\x89PNG\r\n\x1a\n" + body + _chunk(b"IEND", b"")


def _chunk(name: bytes, payload: bytes) -> bytes:
    return len(payload).to_bytes(4, "big") + name + payload + zlib.crc32(name + payload).to_bytes(4, "big")
