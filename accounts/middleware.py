"""Pages in the reader's language, times in the reader's zone.

The language is the account's, else the one chosen in this browser (a cookie), else what the browser asks for
(Accept-Language, RFC 9110 §12.5.4), else the site's. The zone is the account's, else the browser's (a cookie set by
js/zone.js), else the site's.
"""

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

IN_ENGLISH = ("/admin/", "/api/")  # for those who run the site, and for programs


class ReaderLanguageMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(IN_ENGLISH):
            with translation.override("en"):
                return self.get_response(request)
        language = self._language_of(request)
        with translation.override(language):
            response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith(
            "text/html"
        ):  # letters and files are in languages of their own
            response.headers.setdefault("Content-Language", language)
            patch_vary_headers(response, ["Accept-Language"])
        return response

    @staticmethod
    def _language_of(request: HttpRequest) -> str:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            chosen = request.user.language
            if chosen and chosen in dict(settings.LANGUAGES):
                return str(chosen)
        return translation.get_language_from_request(request)


class ReaderZoneMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = self._zone_of(request)
        if zone is None:
            return self.get_response(request)
        with timezone.override(zone):
            return self.get_response(request)

    @staticmethod
    def _zone_of(request: HttpRequest) -> zoneinfo.ZoneInfo | None:
        # Strangers get the site's zone, so that their pages are the same for everybody and can be cached.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return None
        name = request.user.time_zone or request.COOKIES.get("zone", "")
        try:
            return zoneinfo.ZoneInfo(name) if name else None
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            return None
