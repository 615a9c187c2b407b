"""What a measurement asks of the site itself: each module answers one question, in a process of its own."""

import os

TIMES = int(
    os.environ.get("BENCH_TIMES", "60")
)  # that each page is asked for; tests that only want it to work ask seldom
