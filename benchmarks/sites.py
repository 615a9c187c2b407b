"""Empty sites to measure in: a folder and a database of their own, gone afterwards; and a web server before them."""

import contextlib
import functools
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from redis import Redis

from benchmarks.load import Client
from benchmarks.machine import ROOT, Ran, end, manage, run
from scripts.migrated import migrated_file
from scripts.services import free_port

GROUP = "bench"
PROFILES = ("embedded", "server")
PATIENCE = 60  # seconds that a web server may take to begin
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Site:
    """A site of its own. Every command of it runs in `environment`."""

    environment: dict[str, str]

    def manage(self, *arguments: str) -> Ran:
        return manage(*arguments, environment=self.environment)

    def manage_json(self, *arguments: str) -> tuple[dict[str, Any], Ran]:
        ran = self.manage(*arguments, "--json")
        return json.loads(ran.output.splitlines()[-1]), ran

    def ask(self, question: str, **asked: object) -> Any:
        """What benchmarks.inside.<question> answers about the group."""
        command = [sys.executable, "-m", "benchmarks.inside", question]
        return json.loads(run(command, self.environment, json.dumps({"group": GROUP, **asked})).output)


@contextlib.contextmanager
def empty_site(profile: str, engine: str = "tantivy") -> Iterator[Site]:
    """A migrated site without any letters. `server` needs DATABASE_URL and REDIS_URL, as scripts.services gives them."""
    _collect_static_files()
    with bare_site(profile, engine) as site:
        if profile == "embedded":
            shutil.copy(migrated_file(), site.environment["POSTHOUSE_VAR"])
        else:
            site.manage("migrate", "--verbosity", "0")
        yield site


@functools.cache
def _collect_static_files() -> None:
    """Once a run: all sites of a checkout have them in one folder."""
    with bare_site("embedded") as site:
        site.manage("collectstatic", "--noinput", "--verbosity", "0")


@contextlib.contextmanager
def bare_site(profile: str, engine: str = "tantivy") -> Iterator[Site]:
    """A site whose database has no tables yet."""
    with contextlib.ExitStack() as stack:
        var = Path(tempfile.mkdtemp(prefix="posthouse-bench-", dir=_folder()))
        stack.callback(shutil.rmtree, var, ignore_errors=True)
        stores = {"DATABASE_URL": "", "REDIS_URL": ""}
        if profile == "server":
            stores = stack.enter_context(_stores())
        shared = {
            "DJANGO_SETTINGS_MODULE": "config.settings.base",
            "POSTHOUSE_VAR": str(var),
            "SEARCH_ENGINE": engine,
            "LOG_LEVEL": "WARNING",
            "ALLOWED_HOSTS": "*",
        }
        yield Site({**os.environ, **shared, **stores})


def _folder() -> str | None:
    """Where sites are made: POSTHOUSE_BENCH, else among temporary files."""
    folder = os.environ.get("POSTHOUSE_BENCH")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def _stores() -> Iterator[dict[str, str]]:
    """One more database on the PostgreSQL server, and one of the sixteen of Redis, which must be empty. Emptied afterwards."""
    server, store = os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")
    if not server or not store:
        raise SystemExit("The server profile needs DATABASE_URL and REDIS_URL: make bench starts both.")
    number = next(_numbers)
    name = f"bench_{os.getpid()}_{number}"
    cache = urlunsplit(urlsplit(store)._replace(path=f"/{1 + number % 15}"))
    with contextlib.closing(Redis.from_url(cache)) as redis, psycopg.connect(server, autocommit=True) as connection:
        if redis.dbsize():
            raise SystemExit(f"The Redis database {cache} is in use by somebody else.")
        connection.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield {"DATABASE_URL": urlunsplit(urlsplit(server)._replace(path=f"/{name}")), "REDIS_URL": cache}
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
            redis.flushdb()


@contextlib.contextmanager
def web_server(site: Site) -> Iterator[Client]:
    """gunicorn as the image runs it; yields a client of it."""
    port = free_port()
    shared_memory = "/dev/shm" if Path("/dev/shm").is_dir() else tempfile.gettempdir()
    command = [
        sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2",
        "--threads", "4", "--worker-tmp-dir", shared_memory, "--preload", "--log-level", "warning",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=site.environment, text=True)
    client = Client("127.0.0.1", port, process.pid)
    try:
        _wait_for(client, process)
        yield client
    finally:
        end(process)


def _wait_for(client: Client, process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            if client.get("/healthz").status == 200:
                return
        time.sleep(0.05)
    raise SystemExit("gunicorn did not begin to answer.")
