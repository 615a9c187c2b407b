"""Lines over time as drawings made on the server, each with its words and a table. Pure. A gap in what was measured is a gap in
the line, marked, and never a zero."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

WIDTH, HEIGHT = 600, 120
TOP = 6  # room above the highest point
SHORTEST = 1.5  # a value that stands between two gaps is still to be seen

Point = float | None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of numbers; `values` has None where nothing was measured. `write`: a number in words."""

    name: str
    values: Sequence[Point]
    write: Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line as the template draws it: `number` chooses its colour and its dashes."""

    number: int
    name: str
    path: str
    latest: str


@dataclass(frozen=True, slots=True)
class Gap:
    x: float
    width: float
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    when: str
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Picture:
    key: str
    title: str
    words: str  # in a sentence or two, for those who do not see it
    lines: list[Drawn]
    gaps: list[Gap]
    top: str  # the number at the upper edge
    first: str
    last: str
    rows: list[Row]

    width, height = WIDTH, HEIGHT


def picture(
    key: str,
    title: str,
    lines: Sequence[Line],
    moments: Sequence[datetime],
    table: Sequence[tuple[str, Mapping[str, Point]]],
    write_moment: Callable[[datetime], str],
) -> Picture:
    """`table`: (when, {name of a line: number}), coarser than the drawing."""
    highest = max((value for line in lines for value in line.values if value is not None), default=0.0)
    write = lines[0].write
    return Picture(
        key,
        title,
        _words(lines),
        [
            Drawn(number, line.name, path_of(line.values, highest), _latest(line))
            for number, line in enumerate(lines, 1)
        ],
        gaps_of(lines[0].values, moments, write_moment),
        write(highest),
        write_moment(moments[0]) if moments else "",
        write_moment(moments[-1]) if moments else "",
        [Row(when, [_cell(line, values.get(line.name)) for line in lines]) for when, values in table],
    )


def path_of(values: Sequence[Point], highest: float) -> str:
    """Steps: each value holds for the whole of its time. The line is lifted where there is none."""
    wide = WIDTH / max(len(values), 1)
    parts: list[str] = []
    drawing = False
    for place, value in enumerate(values):
        if value is None:
            drawing = False
            continue
        x, y = round(place * wide, 1), _y(value, highest)
        parts.append(f"{'V' if drawing else f'M{x} '}{y}H{round(x + max(wide, SHORTEST), 1)}")
        drawing = True
    return "".join(parts)


def _y(value: float, highest: float) -> float:
    return round(HEIGHT - (HEIGHT - TOP) * value / highest, 1) if highest else float(HEIGHT)


def gaps_of(values: Sequence[Point], moments: Sequence[datetime], write_moment: Callable[[datetime], str]) -> list[Gap]:
    """Stretches between the first and the last value that nobody measured, and the one up to now."""
    wide = WIDTH / max(len(values), 1)
    known = [place for place, value in enumerate(values) if value is not None]
    if not known:
        return []
    ends = [*known, len(values)]
    return [
        Gap(
            round((one + 1) * wide, 1),
            round((other - one - 1) * wide, 1),
            f"Not measured from {write_moment(moments[one + 1])}",
        )
        for one, other in pairwise(ends)
        if other > one + 1
    ]


def _words(lines: Sequence[Line]) -> str:
    said = []
    for line in lines:
        known = [value for value in line.values if value is not None]
        if not known:
            said.append(f"{line.name}: not measured.")
        elif min(known) == max(known):
            said.append(f"{line.name}: {line.write(known[0])} all the time.")
        else:
            said.append(f"{line.name}: from {line.write(min(known))} to {line.write(max(known))}.")
    if any(value is None for value in lines[0].values):
        said.append("Some of the time was not measured.")
    return " ".join(said)


def _latest(line: Line) -> str:
    known = [value for value in line.values if value is not None]
    return line.write(known[-1]) if known else "not measured"


def _cell(line: Line, value: Point) -> str:
    return "not measured" if value is None else line.write(value)
