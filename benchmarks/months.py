"""When the letters of a made archive were sent: years of growth and decline, lively and quiet months, one of 2,096 letters."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

FIRST_YEAR = 1998
MOST_MONTHS = 264
BUSY_MONTH = 2096  # letters: the month that the figures of other archives were measured on
SECOND = timedelta(seconds=1)


def letters_by_month(count: int, random: Random) -> list[int]:
    """How many letters each month has, `count` together; from 10,000 on, one month has exactly BUSY_MONTH."""
    months = min(MOST_MONTHS, max(6, count // 40))
    weights = [(0.15 + math.sin(math.pi * (n + 0.5) / months)) * random.uniform(0.5, 1.5) for n in range(months)]
    natural = [count * weight / sum(weights) for weight in weights]
    busy = BUSY_MONTH if count >= 10_000 else count // 4
    chosen = min(range(months), key=lambda month: abs(natural[month] - busy))
    share = (count - busy) / (sum(natural) - natural[chosen])
    whole, carried = [], 0.0
    for month, letters in enumerate(natural):
        exact = 0.0 if month == chosen else letters * share + carried
        whole.append(busy if month == chosen else int(exact))
        carried = carried if month == chosen else exact - int(exact)
    whole[-1 if chosen != months - 1 else 0] += count - sum(whole)
    return whole


def moments(count: int, random: Random) -> Iterator[datetime]:
    """`count` moments, one after the other."""
    for place, letters in enumerate(letters_by_month(count, random)):
        first = datetime(FIRST_YEAR + place // 12, place % 12 + 1, 1, tzinfo=UTC)
        after = datetime(FIRST_YEAR + (place + 1) // 12, (place + 1) % 12 + 1, 1, tzinfo=UTC)
        seconds = (after - first).total_seconds()
        for offset in sorted(random.random() for _ in range(letters)):
            yield first + SECOND * int(offset * seconds)
