"""People and their addresses, for those who run the site. Suspending them and the like is on pages of groups.abuse."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db.models import Q, QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from unfold.forms import AdminPasswordChangeForm

from accounts.models import User
from common.panel import audit
from common.panel.lists import EditableAdmin, RowsAdmin, beginning

MOST_FOUND = 1000


class PersonCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name")


class PersonChangeForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"


class Standing(admin.SimpleListFilter):
    """Each by a partial index: of a million people few are any of these. Their keys first, for SQLite would rather go through
    everybody in the order of the list."""

    title = "standing"
    parameter_name = "standing"
    FOUND = {
        "suspended": Q(suspended_at__isnull=False),
        "closed": Q(is_active=False),
        "staff": Q(is_staff=True),
    }

    ORDER = {"suspended": ("suspended_until",)}  # of the index

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("suspended", "Suspended"), ("closed", "Closed or suspended"), ("staff", "Runs the site")]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[User]") -> "QuerySet[User]":
        found = self.FOUND.get(str(self.value()))
        if found is None:
            return queryset
        latest = User.objects.filter(found).order_by(*self.ORDER.get(str(self.value()), ("-pk",)))
        return queryset.filter(pk__in=list(latest.values_list("pk", flat=True)[:MOST_FOUND]))


@admin.register(User)
class PersonAdmin(EditableAdmin, UserAdmin):  # type: ignore[misc, type-arg]
    area, icon, order = "People", "person", 2
    title = "People"
    form = PersonChangeForm
    add_form = PersonCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("email", "name", "is_active", "is_staff", "suspended_at", "date_joined", "last_login")
    list_filter = (Standing,)
    prefix = ("email",)
    search_help_text = "The beginning of the address they sign in with, or any whole address of theirs."
    ordering = ("-id",)
    filter_horizontal = ()
    readonly_fields = (
        "last_login", "date_joined", "suspended_at", "suspended_until", "suspended_because", "suspended_by"
    )  # fmt: skip
    list_select_related = ()
    actions = ("take_second_factor_off",)
    change_form_before_template = "panel/person_links.html"
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        ("The person", {"fields": ("name", "time_zone")}),
        ("What they may do", {"fields": ("is_active", "is_staff", "is_superuser", "user_permissions")}),
        ("Suspended", {"fields": ("suspended_at", "suspended_until", "suspended_because", "suspended_by")}),
        ("Since when", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("email", "name", "usable_password", "password1", "password2")}),
    )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        words = search_term.strip().replace("\0", "").lower()
        if not words:
            return queryset, False
        others = EmailAddress.objects.filter(email=words).values_list("user", flat=True)
        return queryset.filter(beginning("email", words) | Q(pk__in=list(others[:50]))), False

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Boxes to tick: a list to choose several from loses them all by one click."""
        more = {"widget": CheckboxSelectMultiple, "help_text": "Beyond what everybody may. Superusers need none."}
        return super().formfield_for_manytomany(db_field, request, **{**kwargs, **more})

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Who runs the site, and what they may do, is a superuser's to say; a suspension is lifted, not unticked."""
        fields = list(super().get_readonly_fields(request, obj))
        if not request.user.is_superuser:
            fields += ["is_staff", "is_superuser", "user_permissions", "is_active"]
        elif obj is not None and obj.is_suspended:
            fields += ["is_active"]
        return fields

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody but a superuser touches the account of a superuser."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.is_superuser or request.user.is_superuser)

    @admin.action(description="Take the second step off: they lost it", permissions=["operate"])
    def take_second_factor_off(self, request: HttpRequest, queryset: "QuerySet[User]") -> None:
        """For somebody who has neither phone nor codes. They set it up anew."""
        for user in queryset:
            deleted, _ = Authenticator.objects.filter(user=user).delete()
            if deleted:
                audit.record(request, "took the second step off", user)
        messages.info(request, "Taken off.")


@admin.register(EmailAddress)
class AddressAdmin(RowsAdmin):
    area, icon, order = "People", "alternate_email", 3
    title = "Addresses"
    list_display = ("email", "user", "verified", "primary")
    list_select_related = ("user",)
    exact = ("email",)
    search_help_text = "A whole address."


@admin.register(Authenticator)
class AuthenticatorAdmin(RowsAdmin):
    """Second steps; the secrets are shown to nobody."""

    area, icon, order = "People", "key", 8
    title = "Second steps"
    list_display = ("user", "type", "created_at", "last_used_at")
    list_select_related = ("user",)
    exact = ("user__email",)
    hides = ("data",)
