"""The index of words: sets of marks a group carries, and which groups carry all of some. FTS5 on SQLite, tsvector with GIN on
PostgreSQL; no extension of either.

A mark is a kind and a word: "n_harvest" (in the name), "t_harvest" (anywhere), "c_de" (country). What a group is filtered by
is a mark as well, so that words and filters are intersected in the index, and never more than the caller asks for is fetched.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

MAKE = {
    "sqlite": [
        "CREATE VIRTUAL TABLE directory_marks USING fts5(marks, detail=none, columnsize=0, prefix='4 5', "
        "tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* M* Co' tokenchars '_'\")"
    ],
    "postgresql": [
        "CREATE TABLE directory_marks (rowid bigint PRIMARY KEY, marks tsvector NOT NULL)",
        # Without a list of what is not yet in the index: each search would read all of it.
        "CREATE INDEX directory_marks_gin ON directory_marks USING gin (marks) WITH (fastupdate = off)",
    ],
}


@dataclass(frozen=True, slots=True)
class Mark:
    kind: str
    word: str
    begins: bool = False  # any word that begins so

    @property
    def text(self) -> str:
        return f"{self.kind}_{self.word}"


def put(marks: dict[int, str]) -> None:
    """Write down what these groups carry, instead of what they carried: marks with spaces between them."""
    take_out(marks)
    values = "array_to_tsvector(string_to_array(%s, ' '))" if connection.vendor == "postgresql" else "%s"
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO directory_marks (rowid, marks) VALUES (%s, {values})",  # noqa: S608
            list(marks.items()),
        )


def take_out(groups: Iterable[int]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany("DELETE FROM directory_marks WHERE rowid = %s", [(group,) for group in groups])


def having_all(marks: Sequence[Mark], most: int) -> list[int]:
    """Keys of groups that carry all of these marks, at most so many; which of them is not said where there are more."""
    return _ask([_term(mark) for mark in marks], " AND " if connection.vendor == "sqlite" else " & ", most)


def having_any(marks: Sequence[Mark], most: int) -> list[int]:
    return _ask([_term(mark) for mark in marks], " OR " if connection.vendor == "sqlite" else " | ", most)


def _term(mark: Mark) -> str:
    if connection.vendor == "sqlite":
        return f'"{mark.text}"{" *" if mark.begins else ""}'
    return f"'{mark.text}'{':*' if mark.begins else ''}"


def _ask(terms: list[str], between: str, most: int) -> list[int]:
    if not terms:
        return []
    where = "directory_marks MATCH %s ORDER BY rowid DESC" if connection.vendor == "sqlite" else "marks @@ %s::tsquery"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT rowid FROM directory_marks WHERE {where} LIMIT %s",  # noqa: S608
            [between.join(terms), most],
        )
        return [key for (key,) in cursor.fetchall()]
