"""Lists of rows in the panel that stay quick with millions of rows: no row is counted, pages go by keyset (common.paging), and
what is searched for is found through an index.

Django's own list counts all rows twice, jumps by OFFSET and searches by LIKE '%…%' in any case; each of these reads the table.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.contrib.admin import ShowFacets
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import connections
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from common.paging import Page, page_of
from common.panel import audit
from common.panel.navigation import title_of
from common.text import LARGEST

SIDES = ("before", "after")
HIGHEST = "\U0010ffff"
ROWS_A_PAGE = 50
LONGEST_SHOWN = 500


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


def _with_what_is_shown(found: "QuerySet[Any]", rows: "RowsAdmin") -> "QuerySet[Any]":
    """Without the columns that the list does not show: where it says so, or where all that it shows are columns of its own."""
    own = {each.name for each in rows.opts.concrete_fields if not each.is_relation}
    if rows.reads or (own.issuperset(rows.list_display) and not found.query.select_related):
        return found.only(*(rows.reads or rows.list_display), rows.keyset_field)
    return found


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
            _with_what_is_shown(self.queryset.order_by(), rows),
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
    of another table ("user__email"): the row there is looked up first, so that the list itself is searched by key. The first
    column that has the words is what they mean: an OR over several would have databases read the table.
    """

    area: ClassVar[str] = "System"
    icon: ClassVar[str] = "table_rows"
    order: ClassVar[int] = 100
    title: ClassVar[str] = ""  # in the sidebar, where it is not the model's own name
    keyset_field: ClassVar[str] = "id"
    keyset_by: ClassVar[str] = "number"  # "number", "text", "moment"
    keyset_descending: ClassVar[bool] = True
    exact: ClassVar[Sequence[str]] = ()
    prefix: ClassVar[Sequence[str]] = ()
    defers: ClassVar[Sequence[str]] = ()  # large columns that no list needs
    reads: ClassVar[Sequence[str]] = ()  # columns the list needs, of other tables, too; found out where all are its own
    hides: ClassVar[Sequence[str]] = ()  # columns that the page of a row does not show either

    list_per_page = ROWS_A_PAGE
    show_full_result_count = False
    show_facets = ShowFacets.NEVER  # they count
    list_disable_select_all = True
    list_fullwidth = True
    sortable_by = ()
    actions_on_top = True
    paginator = _Uncounted
    compressed_fields = True

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        named = {"title": title_of(self)}
        return super().changelist_view(request, {**named, **(extra_context or {})})

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
        meanings = [self._equal(column, words) for column in self.exact]
        meanings += [beginning(column, words.lower()) for column in self.prefix]
        found = (queryset.filter(meaning) for meaning in meanings if meaning is not None)
        return next((rows for rows in found if rows.order_by().exists()), queryset.none()), False

    def _equal(self, column: str, words: str) -> Q | None:
        """The column is the words (addresses, and groups' names in them, are kept in small letters); None where it cannot be."""
        relation, _, rest = column.partition("__")
        field = self.opts.pk if relation == "pk" else self.opts.get_field(relation)
        if rest and isinstance(field.related_model, type) and issubclass(field.related_model, Model):
            keys = field.related_model._default_manager.filter(**{rest: words.lower()}).values_list("pk", flat=True)
            known = list(keys[:ROWS_A_PAGE])
            return Q(**{f"{relation}__in": known}) if known else None
        try:
            value = field.to_python(words.lower())
        except ValidationError:  # a word where a number is kept
            return None
        return Q(**{column: value}) if not isinstance(value, int) or abs(value) <= LARGEST else None

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Lists are filtered by what `list_filter` offers and by nothing that somebody writes into the address."""
        return lookup in {getattr(each, "parameter_name", "") for each in self.list_filter}

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
        keys = request.POST.getlist("_selected_action")[:ROWS_A_PAGE]
        name = request.POST.get("action", "")
        if keys and name in self.get_actions(request):
            audit.record(request, f"ran “{name}” on", str(self.opts.verbose_name_plural), {"rows": keys})
        return super().response_action(request, queryset.filter(pk__in=keys))

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Remembers from what to what, for the log."""
        request._differences = _differences(form)  # type: ignore[attr-defined]
        return super().construct_change_message(request, form, formsets, add)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        said = {} if isinstance(message, list) else {"what": str(message)}
        audit.record(request, "changed", obj, getattr(request, "_differences", None) or said)
        return super().log_change(request, obj, message)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        audit.record(request, "added", obj, getattr(request, "_differences", None))
        return super().log_addition(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            audit.record(request, "deleted", obj)
        return super().log_deletions(request, queryset)


def _differences(form: Any) -> dict[str, list[str]]:
    """{column: [old, new]}; what a password was is nobody's to read."""
    found = {}
    for name in form.changed_data:
        secret = "password" in name
        old, new = ("", "…") if secret else (form.initial.get(name, ""), form.cleaned_data.get(name, ""))
        found[name] = [_said(old), _said(new)]
    return found


def _said(value: Any) -> str:
    many = isinstance(value, list | tuple | QuerySet)
    words = ", ".join(str(each) for each in value) if many else "" if value is None else str(value)
    return words[:LONGEST_SHOWN]


class EditableAdmin(RowsAdmin):
    """Rows that may be added and mended by hand, as the permissions of the account say."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(ModelAdmin.has_add_permission(self, request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(ModelAdmin.has_change_permission(self, request, obj))
