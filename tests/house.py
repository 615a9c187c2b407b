"""A house of its own for tests that run real processes: SQLite in a temporary folder, or one more database on the server."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

from scripts.migrated import beside, migrated_database, migrated_file

ROOT = Path(__file__).resolve().parents[1]


class House:
    """An environment for manage.py; every process of it carries its folder in POSTHOUSE_VAR."""

    def __init__(self, var: Path, database: str, settings: dict[str, str]) -> None:
        self.var = var
        self.database = database
        self.environment = {
            **os.environ,
            "POSTHOUSE_VAR": str(var),
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "config.settings.base",
            "LOG_LEVEL": "ERROR",
            **settings,
        }

    def start(self, *words: object) -> "subprocess.Popen[str]":
        """Python with these words, as `manage.py …` or `-m …`."""
        return subprocess.Popen(
            [sys.executable, *map(str, words)],
            cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, *words: object, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        """manage.py to its end, whatever that is."""
        command = [sys.executable, "manage.py", *map(str, words)]
        return subprocess.run(command, cwd=ROOT, env=self.environment, input=stdin, capture_output=True, timeout=300)

    def manage(self, *words: object) -> str:
        """What manage.py says on standard output; it must go well."""
        done = self.run(*words)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def processes(self) -> list[int]:
        """Every process that belongs to the house."""
        mark = f"POSTHOUSE_VAR={self.var}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdecimal() and mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
        return found

    def stored(self, group: str) -> int:
        """How many letters of a group are committed."""
        letters = "archive_message JOIN groups_group ON group_id = groups_group.id"
        return self.ask(f"SELECT count(*) FROM {letters} WHERE slug = '{group}'")

    def ask(self, question: str) -> int:
        """One number from the database, asked beside all of our code."""
        if self.database:
            with psycopg.connect(self.database) as connection:
                return int(connection.execute(question.encode()).fetchone()[0])  # type: ignore[index]
        with closing(sqlite3.connect(self.var / "posthouse.sqlite3", timeout=30)) as connection:
            return int(connection.execute(question).fetchone()[0])


@contextmanager
def own_house(var: Path, **settings: str) -> Iterator[House]:
    """A house with an empty, migrated database, which is gone afterwards."""
    with _own_database(os.environ.get("DATABASE_URL", ""), var) as database:
        yield House(var, database, settings)


@contextmanager
def _own_database(server: str, var: Path) -> Iterator[str]:
    """A copy of one that was migrated once: its URL, or a file in `var`."""
    if not server:
        var.mkdir(parents=True, exist_ok=True)
        shutil.copy(migrated_file(), var)
        yield ""
        return
    name = f"posthouse_house_{os.getpid()}_{os.urandom(3).hex()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {migrated_database(server)}".encode())
        try:
            yield beside(server, name)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
