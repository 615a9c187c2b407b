"""Small things every response needs: security headers, error pages, health, robots."""

import logging
import secrets
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.templatetags.static import static

from common.caching import private

logger = logging.getLogger(__name__)

# Nothing from other hosts, no inline script; a letter's remote pictures are let in by the one view the reader asked.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
REMOTE_IMAGES_POLICY = CONTENT_SECURITY_POLICY.replace("img-src 'self' data:", "img-src 'self' data: https: http:")


class SecurityHeadersMiddleware:
    """Adds the strict policy to every response that did not set its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), browsing-topics=()"
        )
        return response


class HeadMiddleware:
    """HEAD is answered with the headers of GET and nothing behind them (RFC 9110 §9.3.2); a body that is written while it is
    sent is not even begun."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method != "HEAD":
            return response
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = ()
        elif isinstance(response, HttpResponse):
            if response.status_code not in (204, 304):
                response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        return response


class PathMiddleware:
    """An address with NUL in it names nothing, and must not get as far as PostgreSQL, which raises over it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            raise Http404
        return self.get_response(request)


def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return private(JsonResponse({"status": "ok", "version": settings.VERSION}))


def robots(request: HttpRequest) -> HttpResponse:
    """Let crawlers read the letters, keep them off the pages without end."""
    lines = [
        "User-agent: *",
        "Disallow: /search/",
        "Disallow: /*/search/",
        "Disallow: /account/",
        "Disallow: /admin/",
        "Disallow: /*?*",
        "",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask here for the picture of what is no page: a letter's source, a file, a feed."""
    response = redirect(static("img/icon.svg"))
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def _error(status: int, template: str) -> Callable[..., HttpResponse]:
    def handler(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        context = {"reason": _sentence_of(exception), "exception": exception}
        return private(render(request, f"errors/{template}.html", context, status=status))

    return handler


def _sentence_of(exception: Exception | None) -> str:
    """What our own code said when it raised; "" for what libraries say, which is about URL patterns and models."""
    said = exception.args[0] if exception is not None and exception.args else ""
    return said if isinstance(said, str) and said.endswith(".") and "matches the given query" not in said else ""


bad_request, forbidden, not_found = _error(400, "400"), _error(403, "403"), _error(404, "404")


def server_error(request: HttpRequest) -> HttpResponse:
    """Never touches the database: it may be what failed. The reference on the page stands in the log beside the address."""
    reference = secrets.token_hex(4)
    logger.error("Error %s at %s", reference, request.path)
    return private(render(request, "errors/500.html", {"reference": reference}, status=500))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return private(render(request, "errors/form_expired.html", {"reason": reason}, status=403))


ERROR_HANDLERS = (
    "common.http.bad_request",
    "common.http.forbidden",
    "common.http.not_found",
    "common.http.server_error",
)
