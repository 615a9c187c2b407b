"""Lists of rows in the panel that stay quick with millions of rows: no row is counted, pages go by keyset (common.paging), and
what is searched for is found through an index.

Django's own list counts all rows twice, jumps by OFFSET and searches by LIKE '%…%' in any case; each of these reads the table.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db import connections
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from common.paging import Page, page_of
from common.panel import audit

SIDES = ("before", "after")
HIGHEST = "\U0010ffff"
ROWS_A_PAGE = 50


def beginning(field: str, words: str) -> Q:
    """Rows whose `field` begins with the words: through the index of the field on both databases. (Django's startswith finds
    none on SQLite; a range finds none on PostgreSQL where the collation is not C, but there LIKE does: a unique or indexed text
    column has an index for it.)"""
    if connections["default"].vendor == "postgresql":
        return Q(**{f"{field}__startswith": words})
    return Q(**{f"{field}__gte": words, f"{field}__lt": words + HIGHEST})


class _Uncounted(Paginator):  # type: ignore[type-arg]
    """What Django's list wants to have; nobody asks it to count."""

    count = 0  # type: ignore[assignment]


class KeysetList(ChangeList):  # type: ignore[misc]
    """`keyset`: the page that is shown, with the query strings of its neighbours."""

    keyset: Page

    def get_filters_params(self, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        found: dict[str, Any] = super().get_filters_params(params)
        return {name: value for name, value in found.items() if name not in SIDES}

    def get_ordering(self, request: HttpRequest, queryset: "QuerySet[Any]") -> list[str]:
        """Of rows chosen for an action; the page itself is put in order by page_of()."""
        return ["-pk"]

    def get_results(self, request: HttpRequest) -> None:
        rows = self.model_admin
        self.keyset = page_of(
            self.queryset.order_by(),
            request.GET,
            field=rows.keyset_field,
            key=self.opts.pk.attname,
            size=self.list_per_page,
            descending=rows.keyset_descending,
            by_number=rows.keyset_by == "number",
            by_text=rows.keyset_by == "text",
        )
        self.result_list = self.keyset.rows
        self.result_count = self.full_result_count = len(self.keyset.rows)
        self.show_full_result_count = False
        self.show_admin_actions = bool(self.keyset.rows)
        self.can_show_all = self.multi_page = False
        self.paginator = _Uncounted(self.keyset.rows, self.list_per_page)


class RowsAdmin(ModelAdmin):  # type: ignore[misc]
    """A list of rows. Rows are read here; what changes them is an action of the product, which knows what else must happen.

    `exact`: columns searched for the whole words, `prefix`: for their beginning; both need an index. `exact` may name a column
    of another table ("user__email"): the row there is looked up first, so that the list itself is searched by key.
    """

    area: ClassVar[str] = "System"
    icon: ClassVar[str] = "table_rows"
    order: ClassVar[int] = 100
    keyset_field: ClassVar[str] = "id"
    keyset_by: ClassVar[str] = "number"  # "number", "text", "moment"
    keyset_descending: ClassVar[bool] = True
    exact: ClassVar[Sequence[str]] = ()
    prefix: ClassVar[Sequence[str]] = ()
    defers: ClassVar[Sequence[str]] = ()  # large columns that no list needs
    hides: ClassVar[Sequence[str]] = ()  # columns that the page of a row does not show either

    list_per_page = ROWS_A_PAGE
    show_full_result_count = False
    list_disable_select_all = True
    list_fullwidth = True
    sortable_by = ()
    actions_on_top = True
    paginator = _Uncounted
    compressed_fields = True

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return KeysetList

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.defer(*self.defers) if self.defers else rows

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*(super().get_exclude(request, obj) or ()), *self.hides] or None

    def get_search_fields(self, request: HttpRequest) -> Sequence[str]:
        """Only says that there is a search; how it is done is get_search_results()."""
        return [*self.exact, *self.prefix]

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> "tuple[QuerySet[Any], bool]":
        words = search_term.strip().replace("\0", "")
        if not words:
            return queryset, False
        found = Q(pk__in=[])
        for column in self.exact:
            found |= self._equal(column, words)
        for column in self.prefix:
            found |= beginning(column, words)
        return queryset.filter(found), False

    def _equal(self, column: str, words: str) -> Q:
        """The column is the words: addresses and names in addresses are kept in small letters."""
        relation, _, rest = column.partition("__")
        field = self.opts.pk if relation == "pk" else self.opts.get_field(relation)
        if rest and isinstance(field.related_model, type) and issubclass(field.related_model, Model):
            keys = field.related_model._default_manager.filter(**{rest: words.lower()}).values_list("pk", flat=True)
            return Q(**{f"{relation}__in": list(keys[:ROWS_A_PAGE])})
        try:
            value = field.to_python(words if field.get_internal_type() == "TextField" else words.lower())
            field.get_prep_value(value)
        except Exception:  # a word where a number is kept is simply not found
            return Q(pk__in=[])
        return Q(**{column: value})

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Lists are filtered by what `list_filter` offers and by nothing that somebody writes into the address."""
        return any(lookup.startswith(str(name)) for name in self.list_filter if isinstance(name, str))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Reading is one thing; an action changes what the site does."""
        return bool(request.user.is_superuser)

    def response_action(self, request: HttpRequest, queryset: "QuerySet[Any]") -> Any:
        """An action is about the rows that were ticked, never about all that the list would show; and the site's log has it."""
        ticked = queryset.filter(pk__in=request.POST.getlist("_selected_action")[:ROWS_A_PAGE])
        return super().response_action(request, ticked)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        audit.record(request, "changed", obj, message)
        return super().log_change(request, obj, message)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        audit.record(request, "added", obj, message)
        return super().log_addition(request, obj, message)


class EditableAdmin(RowsAdmin):
    """Rows that may be added and mended by hand, as the permissions of the account say."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(ModelAdmin.has_add_permission(self, request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(ModelAdmin.has_change_permission(self, request, obj))
