"""Makes large archives: seeded, realistic thread sizes, Zipf-distributed words, senders and quoting. Streams an mbox."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

VOWELS, CONSONANTS = "aeiou", "bcdfghklmnprstvw"
THREAD_SIZES = [1] * 38 + [2] * 20 + [3] * 12 + [4] * 8 + [5] * 6 + [7] * 5 + [10] * 4 + [15] * 3 + [25] * 2 + [60, 148]


class Writer:
    """Writes letters as a list would have sent them; the same seed gives the same bytes."""

    def __init__(self, seed: int = 1, words: int = 40_000, people: int = 2_000) -> None:
        self.random = random.Random(seed)
        self.words = sorted({self._word() for _ in range(words * 2)}, key=lambda word: (len(word), word))[:words]
        self.random.shuffle(self.words)
        self.weights = self._cumulative(len(self.words))
        self.people = [f"{self._word().title()} {self._word().title()}" for _ in range(people)]
        self.people_weights = self._cumulative(people)

    def _word(self) -> str:
        syllables = self.random.choices((1, 2, 3, 4), (10, 45, 35, 10))[0]
        return "".join(self.random.choice(CONSONANTS) + self.random.choice(VOWELS) for _ in range(syllables)) + (
            self.random.choice("nrst") if self.random.random() < 0.4 else ""
        )

    @staticmethod
    def _cumulative(count: int) -> list[float]:
        total, cumulative = 0.0, []
        for rank in range(1, count + 1):
            total += 1 / rank
            cumulative.append(total)
        return cumulative

    def text(self, words: int) -> list[str]:
        chosen = self.random.choices(self.words, cum_weights=self.weights, k=words)
        return [" ".join(chosen[start : start + 11]) for start in range(0, words, 11)]

    def letters(
        self, count: int, start: datetime = datetime(1998, 1, 1, tzinfo=UTC), days: int = 8_000
    ) -> Iterator[bytes]:
        """Yield `count` entries of an mbox, in order of date, threads interleaved."""
        step = timedelta(days=days) / count
        open_threads: list[tuple[list[str], str, int, list[str]]] = []
        for number in range(count):
            moment = start + step * number
            if not open_threads or (len(open_threads) < 40 and self.random.random() < 0.5):
                subject = " ".join(self.text(self.random.randint(2, 8)))
                open_threads.append(([], subject, self.random.choice(THREAD_SIZES), []))
            place = self.random.randrange(len(open_threads))
            ids, subject, size, last = open_threads[place]
            yield self._entry(number, moment, ids, subject, last)
            if len(ids) >= size:
                open_threads.pop(place)

    def _entry(self, number: int, moment: datetime, ids: list[str], subject: str, last: list[str]) -> bytes:
        name = self.random.choices(self.people, cum_weights=self.people_weights)[0]
        address = f"{name.lower().replace(' ', '.')}@example.org"
        message_id = f"{number:08x}.{self.random.getrandbits(48):x}@mail.example.org"
        parent = self.random.choice(ids[-4:]) if ids else ""
        headers = [
            f"From {address} {moment:%a %b %d %H:%M:%S %Y}",
            f"Received: from mx{number % 7}.example.net (mx.example.net [192.0.2.{number % 250}]) by lists.example.org;"
            f" {format_datetime(moment)}",
            f"Message-ID: <{message_id}>",
            f"Date: {format_datetime(moment)}",
            f"From: {name} <{address}>",
            "To: bench@lists.example.org",
            f"Subject: {'Re: ' if parent else ''}{subject}",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "List-Id: Bench <bench.lists.example.org>",
        ]
        if parent:
            headers += [f"In-Reply-To: <{parent}>", f"References: {' '.join(f'<{mid}>' for mid in [*ids[:1], parent])}"]
        body = self.text(min(600, 20 + int(self.random.expovariate(1 / 90))))
        quoted = [f"> {line}" for line in last[: self.random.randint(1, 12)]] if parent else []
        attribution = ["Somebody wrote:"] if quoted else []
        last[:] = body
        ids.append(message_id)
        return "\n".join([*headers, "", *attribution, *quoted, "", *body, "", "-- ", name, "", ""]).encode()


def write_mbox(path: Path, count: int, seed: int = 1) -> Path:
    """Write an mbox of `count` letters, or use the one made before."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    with half.open("wb") as out:
        for entry in Writer(seed).letters(count):
            out.write(entry)
    half.rename(path)
    return path
