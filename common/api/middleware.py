"""Around every answer of the API: HEAD and OPTIONS, problems instead of pages, limits, links, what may be kept.

No other origin's pages may read the API (there is no Access-Control-Allow-Origin, Fetch Standard section 3.2), so what a browser
is signed in as is of no use to them; programs send a token.
"""

from collections.abc import Callable
from hashlib import blake2b

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers

from common.api import problems

ROOT = "/api/"
PAGES = ("/docs",)
SENTENCES = {
    404: problems.NOWHERE,
    405: "This address takes other methods only; the header “Allow” names them.",
    413: "The request is too large.",
    403: "You may not do this.",
    500: "Something went wrong here. It stands in the log of the site.",
}


def is_api(request: HttpRequest) -> bool:
    """Whether a program asks, which wants problems and no pages."""
    return request.path_info.startswith(ROOT) and not request.path_info.endswith(PAGES)


class ApiMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_api(request):
            return self.get_response(request)
        method = request.method
        if method == "HEAD":  # as GET; common.http.HeadMiddleware takes the body away
            request.method = "GET"
        response = self._as_problem(request, self.get_response(request))
        request.method = method
        if "Allow" in response.headers:
            _allow_safe_ones(response)
        if method == "OPTIONS" and response.status_code == 405:
            response = HttpResponse(status=204, headers={"Allow": response.headers["Allow"]})
        return self._with_headers(request, response)

    @staticmethod
    def _as_problem(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """What Django answered with a page: no such address, a method that is not taken, an accident."""
        status = response.status_code
        is_ours = response.headers.get("Content-Type", "").startswith(problems.CONTENT_TYPE)
        if status < 400 or is_ours:
            return response
        kept = {name: value for name, value in response.items() if name in ("Allow", "Retry-After")}
        return problems.answer(status, SENTENCES.get(status, "This request cannot be answered."), headers=kept)

    @staticmethod
    def _with_headers(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        links = getattr(request, "api_links", {})
        if links and response.status_code == 200:
            response.headers["Link"] = ", ".join(f'<{url}>; rel="{rel}"' for rel, url in links.items())
        for name, value in getattr(request, "api_limits", {}).items():
            response.headers[name] = value
        response.headers.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return _unless_known(request, response)


def _allow_safe_ones(response: HttpResponseBase) -> None:
    methods = set(response.headers["Allow"].replace(" ", "").split(",")) | {"OPTIONS"}
    if "GET" in methods:
        methods.add("HEAD")
    response.headers["Allow"] = ", ".join(sorted(methods))


def _unless_known(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """304 where the asker has these very bytes (RFC 9110 section 13.1.2)."""
    if request.method not in ("GET", "HEAD") or response.status_code != 200 or not isinstance(response, HttpResponse):
        return response
    if "ETag" not in response.headers:
        response.headers["ETag"] = f'W/"{blake2b(response.content, digest_size=12).hexdigest()}"'
    answer = get_conditional_response(request, etag=response.headers["ETag"], response=response)
    assert answer is not None
    return answer
