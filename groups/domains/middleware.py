"""Which of the site's domains was asked for."""

from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from groups.domains import sites


class SiteMiddleware:
    """request.site; and its version into request.page_stamps, so that no page of the old look is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            site = sites.for_host(request.get_host())
        except DisallowedHost:  # answered with 400 by whoever asks next
            site = sites.main()
        request.site = site  # type: ignore[assignment]
        if site.version:
            request.page_stamps = (*getattr(request, "page_stamps", ()), site.version)  # type: ignore[attr-defined]
        return self.get_response(request)
