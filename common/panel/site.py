"""The site of the panel: who gets in, and which pages it has beside lists of rows."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache
from unfold.sites import UnfoldAdminSite

from common.panel import pages
from common.panel.lists import RowsAdmin
from common.panel.navigation import sidebar
from common.panel.pages import PAGES, PanelPage

Route = URLPattern | URLResolver
# What each_context() says of this request alone; everything else is the same for all.
OF_THE_REQUEST = frozenset(
    {"site_url", "has_permission", "available_apps", "is_popup", "is_nav_sidebar_enabled", "log_entries"}
    | {"account_links", "sidebar_navigation", "tab_list"}
)
SECOND_FACTOR_KINDS = ["totp", "webauthn"]


def has_second_factor(user: Any) -> bool:
    """Recovery codes alone are none: they are the spare key to one."""
    return bool(is_mfa_enabled(user, types=SECOND_FACTOR_KINDS))


class PanelSite(UnfoldAdminSite):  # type: ignore[misc]
    """Staff with a second factor see the panel; staff without one are led to set it up and see nothing else of it."""

    index_title = "The panel"
    _looks: dict[str, Any] | None = None

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """How the panel looks is the same on every page: unfold finds it out anew in fifty steps, here it is kept."""
        if self._looks is None:
            self._looks = {
                name: said for name, said in super().each_context(request).items() if name not in OF_THE_REQUEST
            }
        return {
            **AdminSite.each_context(self, request),
            **self._looks,
            "account_links": self._get_account_links(request),
            "sidebar_navigation": self.get_sidebar_list(request),
        }

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        return sidebar(request) if self.has_permission(request) else []

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Made when a page shows it; most have the sidebar instead."""
        return SimpleLazyObject(lambda: super(PanelSite, self).get_app_list(request, app_label))

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Lists of our own alone: those that libraries bring count every row, and know nothing of the product's actions."""
        if admin_class is not None and issubclass(admin_class, RowsAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        if not (request.user.is_active and getattr(request.user, "is_staff", False)):
            return False
        if not hasattr(request, "_second_factor"):
            request._second_factor = has_second_factor(request.user)  # type: ignore[attr-defined]
        return bool(request._second_factor)  # type: ignore[attr-defined]

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Operators come in as everybody does: attempts are counted, and the second factor is asked for."""
        if (
            request.user.is_authenticated
            and getattr(request.user, "is_staff", False)
            and not self.has_permission(request)
        ):
            return redirect("admin:second-factor")
        return secure_admin_login(super().login)(request, extra_context)

    def second_factor(self, request: HttpRequest) -> HttpResponseBase:
        """The one page for staff without a second factor: why, and where to get one."""
        if not request.user.is_authenticated:
            return redirect(f"{reverse('account_login')}?next={reverse('admin:index')}")
        if not getattr(request.user, "is_staff", False):
            raise PermissionDenied("This is for those who run the site.")
        if self.has_permission(request):
            return redirect("admin:index")
        return pages.render_outside(request, "panel/second_factor.html")

    def extra_urls(self) -> list[Route]:
        own: list[Route] = [path("second-factor/", never_cache(self.second_factor), name="second-factor")]
        return own + [path(page.path, self.page_view(page), name=page.name) for page in PAGES.values()]

    def page_view(self, page: PanelPage) -> Callable[..., HttpResponseBase]:
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not page.may(request):
                raise PermissionDenied("Your account may not do this in the panel.")
            return page.view(request, *args, **kwargs)

        return self.admin_view(update_wrapper(guarded, page.view))  # type: ignore[no-any-return]
