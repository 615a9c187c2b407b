"""Old addresses of a group lead to the same page at its present one."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirectBase

from common.caching import private
from groups.access import Moved

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
        if not isinstance(exception, Moved):
            return None
        response = PermanentRedirect(exception.location)
        if request.method in ("GET", "HEAD"):
            response.status_code = 301
        if not exception.is_secret:
            response.headers["Cache-Control"] = AN_HOUR
            return response
        return private(response)
