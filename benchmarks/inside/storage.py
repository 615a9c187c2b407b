"""What the site keeps its letters in, as far as figures depend on it: engine, version, whether commits reach the disk."""

from typing import Any

from django.db import connection


def answer(asked: dict[str, Any]) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sqlite_version()")
            return f"SQLite {cursor.fetchone()[0]}, WAL"
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('fsync'), current_setting('shared_buffers')"
        )
        version, fsync, buffers = cursor.fetchone()
        return f"PostgreSQL {version.split()[0]}, fsync {fsync}, shared_buffers {buffers}"
