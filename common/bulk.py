"""Writing many rows at once: COPY on PostgreSQL, executemany on SQLite; both far quicker than an ORM object a row."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from enum import Enum
from typing import Any

from django.db import connection, models

UNMAPPED_CACHE = 32_000  # KiB


def insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows, whose values stand in the order of `columns` (field attnames, as "group_id"). Runs inside the
    caller's transaction; constraints raise IntegrityError as usual. Values must already be of the column's Python type."""
    if not rows:
        return
    if connection.vendor == "postgresql":
        _copy(model, columns, rows)
    else:
        _execute_many(model, columns, rows)


def insert_few(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[int]:
    """Insert some dozens of rows by one statement; returns their primary keys, in order."""
    if not rows:
        return []
    names = ", ".join(_quoted(model, name) for name in columns)
    marks = ", ".join(["(" + ", ".join(["%s"] * len(columns)) + ")"] * len(rows))
    table = connection.ops.quote_name(model._meta.db_table)
    values = [_bare(value) for row in _adapted(model, columns, rows) for value in row]
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) VALUES {marks} RETURNING id", values)  # noqa: S608
        return [key for (key,) in cursor.fetchall()]


def _bare(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def allocate_ids(model: type[models.Model], count: int) -> list[int]:
    """Reserve primary keys for rows about to be inserted in this transaction."""
    if not count:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        # SQLite has one writer, and our transactions begin IMMEDIATE: nobody comes between.
        table = model._meta.db_table
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        highest = row[0] if row else 0
        return list(range(highest + 1, highest + 1 + count))


def update_many(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Set `columns` of many rows; each row is (primary key, value, value, …)."""
    if not rows:
        return
    assignments = ", ".join(f"{_quoted(model, name)} = %s" for name in columns)
    key = _quoted(model, model._meta.pk.attname)
    table = connection.ops.quote_name(model._meta.db_table)
    adapted = ([*values, pk] for pk, *values in _adapted(model, ["pk", *columns], rows))
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {assignments} WHERE {key} = %s", list(adapted))  # noqa: S608


def refresh_statistics(*tables: type[models.Model]) -> None:
    """Tell PostgreSQL's planner what many new rows changed; autovacuum would find out minutes later."""
    if connection.vendor == "postgresql":
        names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in tables)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {names}")


@contextmanager
def unmapped() -> Iterator[None]:
    """SQLite reads its file with a cache of its own meanwhile: what of a large file is mapped counts as memory of this process,
    and that is a quarter of a gigabyte while millions of rows are written."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("mmap_size", "cache_size")]
        cursor.execute("PRAGMA mmap_size=0")
        cursor.execute(f"PRAGMA cache_size=-{UNMAPPED_CACHE}")
    try:
        yield
    finally:
        if connection.connection is not None:
            with connection.cursor() as cursor:
                for name, value in zip(("mmap_size", "cache_size"), before, strict=True):
                    cursor.execute(f"PRAGMA {name}={value}")


def _field(model: type[models.Model], attname: str) -> "models.Field[Any, Any]":
    return next(field for field in model._meta.concrete_fields if field.attname == attname)


def _quoted(model: type[models.Model], name: str) -> str:
    return connection.ops.quote_name(_field(model, name).column or name)


def _execute_many(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    names = ", ".join(_quoted(model, name) for name in columns)
    marks = ", ".join(["%s"] * len(columns))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(_adapted(model, columns, rows)))  # noqa: S608


def _adapted(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Iterable[Sequence[Any]]:
    """SQLite keeps moments as text: turn them into what Django itself would write."""
    if connection.vendor == "postgresql":
        return rows
    moments = [
        place
        for place, name in enumerate(columns)
        if name != "pk" and isinstance(_field(model, name), models.DateTimeField)
    ]
    if not moments:
        return rows
    return (_with_text_moments(row, moments) for row in rows)


_WITHOUT_ZONE = -len("+00:00")


def _with_text_moments(row: Sequence[Any], moments: list[int]) -> list[Any]:
    values = list(row)
    for place in moments:
        moment = values[place]
        if moment is not None:
            values[place] = (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).isoformat(" ")[:_WITHOUT_ZONE]
    return values


_COPY_TYPES = {
    "bigint": "int8",
    "integer": "int4",
    "smallint": "int2",
    "boolean": "bool",
    "text": "text",
    "bytea": "bytea",
    "timestamp with time zone": "timestamptz",
    "double precision": "float8",
    "date": "date",
}


def _copy(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    names = ", ".join(_quoted(model, name) for name in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    types = [_copy_type(model, name) for name in columns]
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)") as copy:  # type: ignore[attr-defined]
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def _copy_type(model: type[models.Model], name: str) -> str:
    kind = _field(model, name).cast_db_type(connection) if name == "id" else _field(model, name).db_type(connection)
    return "varchar" if kind and kind.startswith("varchar") else _COPY_TYPES[kind or "text"]
