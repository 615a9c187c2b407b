"""A progress bar for the command line: share done, rate, time left. Quiet where nobody watches."""

from collections.abc import Callable
from time import monotonic
from types import TracebackType
from typing import Self, TextIO

WIDTH = 30
EVERY = 0.2  # seconds between two drawings


class ProgressBar:
    """with ProgressBar("Importing", sys.stderr) as bar: bar.update(done, total, count)"""

    def __init__(self, title: str, stream: TextIO, clock: Callable[[], float] = monotonic) -> None:
        self.title, self.stream, self.clock = title, stream, clock
        self.started = self.drawn = clock()
        self.visible = stream.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.visible:
            self.stream.write("\r\033[K")

    def update(self, done: int, total: int, count: int) -> None:
        """done and total in any unit (bytes), count in letters."""
        now = self.clock()
        if not self.visible or now - self.drawn < EVERY:
            return
        self.drawn = now
        self.stream.write("\r\033[K" + self.line(done, total, count, now - self.started))
        self.stream.flush()

    def line(self, done: int, total: int, count: int, seconds: float) -> str:
        share = min(1.0, done / total) if total else 0.0
        bar = "█" * round(share * WIDTH) + "░" * (WIDTH - round(share * WIDTH))
        rate = count / seconds if seconds else 0
        left = f", {_clock(seconds / share - seconds)} left" if share > 0.01 else ""
        return f"{self.title} {bar} {share:4.0%}  {count:,} letters, {rate:,.0f} a second{left}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
