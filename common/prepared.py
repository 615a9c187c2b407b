"""Queries that pages ask all the time, compiled once in each thread. What the ORM takes to write a query in SQL is more than
the database takes to answer it, often several times more.

    by_slug = Prepared(lambda *related: Group.objects.select_related(*related).filter(slug=Slot("slug")))
    group = by_slug.first("archive", slug="gardeners")
"""

import json
import threading
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import Any

from django.db import connections
from django.db.models import Expression, QuerySet
from django.db.models.query import ModelIterable, ValuesIterable, get_related_populators

from common.text import LARGEST

SHAPES = 100  # of one query, kept in a thread


class Slot(Expression):
    """A value that is given when a prepared query is asked: a number, a text, a moment, or (with __among) a list."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


class Prepared:
    """`build` makes a query with slots in it: of models, of .values(), or of .values_list(). What it is called with
    is the shape of the query, and is to be hashable: each shape is compiled once."""

    def __init__(self, build: Callable[..., QuerySet[Any]]) -> None:
        self._build = build
        self._compiled = threading.local()

    def all(self, *shape: Hashable, **values: Any) -> list[Any]:
        """One query; none where a number is asked for that no row can have."""
        if any(isinstance(value, int) and abs(value) > LARGEST for value in values.values()):
            return []
        compiled = self._of_shape(shape)
        return compiled.results(compiled.ask(values))

    def first(self, *shape: Hashable, **values: Any) -> Any:
        """The first row, or None."""
        return next(iter(self.all(*shape, **values)), None)

    def _of_shape(self, shape: tuple[Hashable, ...]) -> "_Compiled":
        shapes: dict[Any, _Compiled] = self._compiled.__dict__
        if shape not in shapes:
            if len(shapes) == SHAPES:
                shapes.clear()
            shapes[shape] = _Compiled(self._build(*shape))
        return shapes[shape]


class _Compiled:
    def __init__(self, rows: QuerySet[Any]) -> None:
        self.rows = rows
        self.compiler: Any = rows.query.get_compiler(using=rows.db)
        self.sql, self.params = self.compiler.as_sql()
        kinds = {ModelIterable: self._models, ValuesIterable: self._dicts}
        self.results = kinds.get(rows._iterable_class, self._tuples)  # type: ignore[attr-defined]

    def ask(self, values: dict[str, Any]) -> Sequence[Any]:
        connection = connections[self.rows.db]
        given = {name: _adapted(value, connection) for name, value in values.items()}
        params = [given[param.name] if isinstance(param, Slot) else param for param in self.params]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            return cursor.fetchall()

    def _tuples(self, rows: Sequence[Any]) -> list[Any]:
        return list(self.compiler.results_iter(results=[rows], tuple_expected=True))

    def _dicts(self, rows: Sequence[Any]) -> list[Any]:
        """As django.db.models.query.ValuesIterable does."""
        names = list(self.rows.query.selected or ())
        return [dict(zip(names, row, strict=True)) for row in self._tuples(rows)]

    def _models(self, rows: Sequence[Any]) -> list[Any]:
        """As django.db.models.query.ModelIterable does."""
        compiler = self.compiler
        first, end = (compiler.klass_info["select_fields"][place] for place in (0, -1))
        names = [column[0].target.attname for column in compiler.select[first : end + 1]]
        populators = get_related_populators(compiler.klass_info, compiler.select, self.rows.db)  # type: ignore[call-arg]
        found = []
        for row in compiler.results_iter(results=[rows]):
            one = compiler.klass_info["model"].from_db(self.rows.db, names, row[first : end + 1])
            for populator in populators:
                populator.populate(row, one)
            for name, place in compiler.annotation_col_map.items():
                setattr(one, name, row[place])
            found.append(one)
        return found


def _adapted(value: Any, connection: Any) -> Any:
    """As the database takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return json.dumps(value) if isinstance(value, list) and connection.vendor == "sqlite" else value
