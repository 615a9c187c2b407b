"""Pages and search of the imported archive, from gunicorn with two workers, a new connection a request."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.load import measure as load
from benchmarks.machine import ROOT, MemoryWatch, manage
from scripts.services import free_port

Row = tuple[str, str, str]


def measure(archive: Path, environment: dict[str, str]) -> Iterator[Row]:
    """Needs the site that benchmarks.imports left."""
    manage("collectstatic", "--noinput", "--verbosity", "0", environment=environment)
    places = json.loads(run_places(environment))
    with server(environment) as (address, memory):
        yield "list overview", str(load(address, places["overview"])), "p95 15 ms, 300/s"
        yield f"month of {places['month_letters']:,} letters", str(load(address, places["month"])), "p95 25 ms"
        yield f"thread of {places['thread_letters']} letters", str(load(address, places["thread"])), "p95 50 ms, 60 KB"
        yield "message page", str(load(address, places["messages"])), "p95 15 ms"
        yield "search, by relevance", str(load(address, places["search"])), "p95 30 ms"
        yield "search, newest first", str(load(address, places["newest"])), "p95 30 ms"
        yield "memory of the two web workers", f"{memory.last_mb:.0f} MB", ""


def run_places(environment: dict[str, str]) -> str:
    """Which pages to ask for, found in the archive itself."""
    command = [sys.executable, "-m", "benchmarks.places"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, check=True, capture_output=True, text=True
    )
    return done.stdout


@contextmanager
def server(environment: dict[str, str]) -> Iterator[tuple[str, MemoryWatch]]:
    """gunicorn as docker-compose.yml runs it; yields its address and a watch on its memory."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "config.wsgi",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "2",
        "--threads",
        "2",
        "--log-level",
        "warning",
    ]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})
    try:
        time.sleep(4)
        yield f"127.0.0.1:{port}", MemoryWatch(process.pid)
    finally:
        process.terminate()
        process.wait()
