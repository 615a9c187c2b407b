"""`make bench` runs from end to end on a small archive. What it measures is nobody's business here."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.figures import ROWS

ROOT = Path(__file__).resolve().parents[2]
PROFILE = "server" if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL") else "embedded"


def many_processes(test):
    """Minutes on a machine that does more than this."""
    return pytest.mark.slow(pytest.mark.timeout(1200)(test))


def bench(folder, *arguments):
    """python -m benchmarks; every figure kept, and what was said."""
    results = folder / "results"
    command = [sys.executable, "-m", "benchmarks", "--profile", PROFILE, "--results", str(results), *arguments]
    environment = {**os.environ, "POSTHOUSE_BENCH": str(folder), "BENCH_TIMES": "3"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=1000)
    assert done.returncode == 0, done.stderr
    figures = {}
    for path in results.glob("*.json"):
        figures |= json.loads(path.read_text())["figures"]
    return figures, done.stdout


@many_processes
def test_every_figure_of_a_site_is_measured_and_nothing_is_left_behind(tmp_path):
    figures, said = bench(
        tmp_path, "--letters", "200", "--requests", "4", "--members", "50", "--posts", "10", "--digests", "200",
        "--crowd", "200", "--waiting", "20", "--rows", "200", "--groups", "60",
    )  # fmt: skip
    kinds = ("import.", "pages.", "export.", "mail.", "people.", "queue.", "admin.", "directory.")
    wanted = {key for key in ROWS if key.startswith(kinds)} - {"import.scaling"}
    assert set(figures) == wanted
    assert figures["import.lost"]["values"] == {"letters": 0}
    assert figures["import.again"]["values"] == {"imported": 0}
    assert "### letters-200: 200 made letters" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["letters-200.mbox", "results"]


@many_processes
def test_engines_and_sizes_are_compared(tmp_path):
    figures, _ = bench(
        tmp_path, "--letters", "120", "--only", "none", "--engines", "whoosh,postgres", "--scaling", "40,80"
    )
    engines = ["whoosh", "postgres"] if PROFILE == "server" else ["whoosh"]
    kinds = ("import", "follow", "relevance", "newest", "index")
    assert set(figures) == {"import.scaling"} | {f"{engine}.{kind}" for engine in engines for kind in kinds}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["--only", "lunch"],
            "lunch is none of import, pages, export, mail-through, mail-in, mail-out, digests, people, queue, admin, "
            "directory, none",
        ),
        (["--scaling", "5"], "--scaling takes two sizes"),
        (["--mbox", "nowhere.mbox"], "nowhere.mbox does not exist"),
    ],
)
def test_what_cannot_be_measured_is_said_at_once(arguments, sentence):
    done = subprocess.run([sys.executable, "-m", "benchmarks", *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert sentence in done.stderr
