"""`filter(field__among=values)`: like `__in` for thousands of values, as one parameter instead of one each."""

import json
from typing import Any

from django.db.models import Field, Lookup

from common.prepared import Slot


@Field.register_lookup
class Among(Lookup):  # type: ignore[type-arg]
    """`= ANY(array)` on PostgreSQL, a JSON table on SQLite; no limit on the number of values, nothing to compile a value.
    Of a list or tuple Django resolves each value by itself, of a set or the keys of a dict it does not."""

    lookup_name = "among"

    def get_prep_lookup(self) -> Any:
        return self.rhs if isinstance(self.rhs, Slot) else list(self.rhs)

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        lhs, params = self.process_lhs(compiler, connection)
        values = self.rhs if isinstance(self.rhs, Slot) else json.dumps(self.rhs)
        return f"{lhs} IN (SELECT value FROM json_each(%s))", [*params, values]  # noqa: S608

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        lhs, params = self.process_lhs(compiler, connection)
        if isinstance(self.rhs, list) and self.rhs and all(type(value) is int for value in self.rhs):
            # As one text: psycopg would write down each number by itself.
            return f"{lhs} = ANY(%s::bigint[])", [*params, f"{{{','.join(map(str, self.rhs))}}}"]
        return f"{lhs} = ANY(%s)", [*params, self.rhs]
