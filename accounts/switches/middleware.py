"""Pages that a switch shuts, the read-only site, and the version of pages."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts import switches
from common.api import problems
from common.api.middleware import is_api
from common.caching import private

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
NEVER_READ_ONLY = (
    "/admin/",
    "/account/",
    "/hooks/mail/",
    "/mail/",
)  # the panel, signing in, mail, and ways out in letters
TEN_MINUTES = "600"
READ_ONLY = "This site is read-only at the moment: it can be read, nothing in it can be changed."


class SwitchMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        stamp = switches.stamp()
        if stamp:
            request.page_stamps = (*getattr(request, "page_stamps", ()), stamp)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if not switches.turned.get():
            return None  # nobody has touched one
        if request.method not in SAFE and switches.on("read_only") and not request.path.startswith(NEVER_READ_ONLY):
            return read_only(request)
        name = (request.resolver_match.url_name if request.resolver_match else "") or ""
        shut = switches.shut_by(name, request.path)
        if shut is None or self._may_pass(request, shut):
            return None
        if is_api(request):
            return problems.answer(403, shut.said)
        raise PermissionDenied(_(shut.said))

    @staticmethod
    def _may_pass(request: HttpRequest, shut: switches.Switch) -> bool:
        if shut.only_changes and request.method in SAFE:
            return True
        return shut.for_staff and bool(getattr(request.user, "is_superuser", False))


def read_only(request: HttpRequest) -> HttpResponseBase:
    if is_api(request):
        said = f"{READ_ONLY} {switches.words('banner')}".strip()
        return problems.answer(503, said, headers={"Retry-After": TEN_MINUTES})
    response = private(render(request, "errors/read_only.html", {"words": switches.words("banner")}, status=503))
    response.headers["Retry-After"] = TEN_MINUTES
    return response
