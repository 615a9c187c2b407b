"""Databases with every table and no rows, only to be copied: migrating one takes ten seconds, copying it none.

POSTHOUSE_MIGRATED names a folder in which the processes of one run share them, with a server that is thrown away with it.
Without, each process makes its own, and removes them at its end. Nothing of the project is imported.
"""

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[1]
SHARED = "POSTHOUSE_MIGRATED"


def is_shared() -> bool:
    return bool(os.environ.get(SHARED))


@cache
def migrated_file() -> Path:
    """An SQLite database."""
    made = _folder() / "posthouse.sqlite3"
    _once("embedded", lambda: _migrate(""))
    return made


@cache
def migrated_database(server: str) -> str:
    """The name of a database on this server (a URL of PostgreSQL): a TEMPLATE."""
    name = "posthouse_migrated" if is_shared() else f"posthouse_migrated_{os.getpid()}_{os.urandom(3).hex()}"

    def make() -> None:
        say(server, f"CREATE DATABASE {name}")
        if not is_shared():
            atexit.register(say, server, f"DROP DATABASE {name} WITH (FORCE)")
        _migrate(beside(server, name))

    _once("server", make)
    return name


def say(server: str, command: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(command.encode())


def beside(server: str, name: str) -> str:
    """The URL of another database of the server."""
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


@cache
def _folder() -> Path:
    if is_shared():
        shared = Path(os.environ[SHARED])
        shared.mkdir(parents=True, exist_ok=True)
        return shared
    own = Path(tempfile.mkdtemp(prefix="posthouse-migrated-"))
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return own


def _once(profile: str, make: Callable[[], None]) -> None:
    """By the first who asks; the others wait for it."""
    done = _folder() / f"{profile}.done"
    with _alone(_folder() / f"{profile}.lock"):
        if not done.exists():
            make()
            done.touch()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _migrate(database: str) -> None:
    here = {"DJANGO_SETTINGS_MODULE": "config.settings.base", "POSTHOUSE_VAR": str(_folder()), "DATABASE_URL": database}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **here}, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"The database could not be migrated:\n{done.stderr}")
