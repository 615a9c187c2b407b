"""Old addresses of a group lead to the same page at its present one; those of one that was taken down say so."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirectBase
from django.shortcuts import render

from common.caching import private
from groups.access import Moved, TakenDown

AN_HOUR = "public, max-age=3600"  # browsers keep a 301 for ever unless told: a group may take an old name again


class PermanentRedirect(HttpResponseRedirectBase):
    """RFC 9110 §15.4.9: with 308 a form that was open while the group got its new name is still sent."""

    status_code = 308


class SearchEnginesMiddleware:
    """Whatever is answered of a group that is not for search engines says so: pages, feeds, files, pictures."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "not_for_search_engines", False):
            response.headers["X-Robots-Tag"] = "noindex"
        return response


class MovedGroupMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if isinstance(exception, TakenDown):
            return _taken_down(request, exception)
        if not isinstance(exception, Moved):
            return None
        response = PermanentRedirect(exception.location)
        if request.method in ("GET", "HEAD"):
            response.status_code = 301
        if not exception.is_secret:
            response.headers["Cache-Control"] = AN_HOUR
            return response
        return private(response)


def _taken_down(request: HttpRequest, exception: TakenDown) -> HttpResponse:
    """RFC 9110 §15.5.11: 410, whatever was asked for: a page, a feed, a file. Never kept, for it may be put back."""
    context = {"group": exception.group, "is_member": exception.is_member, "contact": settings.CONTACT_ADDRESS}
    return private(render(request, "groups/taken_down.html", context, status=410))
