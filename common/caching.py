"""Who may keep a copy of a page: everybody may keep what strangers see, nobody what was made for one person.

A view hands over a tuple that changes whenever its page would; strangers who have that version get 304 before any work is
done; others get a copy this process has kept (common/pages_kept.py). A page for strangers sets no cookie, so that one copy
serves all of them.
"""

import gzip
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import get_language

from common.packing import accepts_gzip, pack
from common.pages_kept import KeptPage, PagesKept

SECONDS_KEPT = 60
Response = TypeVar("Response", bound=HttpResponseBase)


def public_page(
    request: HttpRequest,
    build: Callable[[], HttpResponseBase],
    *,
    version: Iterable[object],
    changed_at: datetime | None = None,
    public: bool = True,
    seconds: int = SECONDS_KEPT,
) -> HttpResponseBase:
    """Answer with build(), or 304 without calling it where the stranger who asks has this version already.

    `version`: whatever the page is made from, e.g. (archive.version, group.changed_at); the address of the page, the
    software's version and the language are added here. `changed_at`: becomes Last-Modified. `public=False` for what only
    members may read. `seconds`: how long caches on the way may go without asking again. People who are signed in get a page of
    their own, which nobody stores.
    """
    if not public or not is_stranger(request):
        return private(build())
    etag = etag_of(
        *version, *getattr(request, "page_stamps", ()), get_language(), request.headers.get("HX-Request", "")
    )
    modified = int(changed_at.timestamp()) if changed_at is not None else None
    unchanged = get_conditional_response(request, etag=etag, last_modified=modified)
    response = unchanged if unchanged is not None else _kept_or_built(request, etag, build)
    if request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or response.cookies:
        return private(response)
    if response.status_code in (200, 304):
        response.headers.setdefault("ETag", etag)
        if modified is not None:
            response.headers.setdefault("Last-Modified", http_date(modified))
    response.headers.setdefault("Cache-Control", f"public, max-age={seconds}")
    patch_vary_headers(response, ["Cookie", "HX-Request", "Accept-Encoding", "Accept-Language"])
    return response


kept = PagesKept(settings.PAGES_KEPT_BYTES)


def _kept_or_built(request: HttpRequest, version: str, build: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    address = f"{request.method} {request.scheme}://{request.get_host()}{request.get_full_path()}"
    packed = accepts_gzip(request)
    page = kept.get(address, version)
    if page is not None:
        content = page.content if packed else gzip.decompress(page.content)
        return _marked(HttpResponse(content, headers=dict(page.headers)), packed)
    response = build()
    personal = request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or response.cookies
    if not isinstance(response, HttpResponse) or response.status_code != 200 or personal:
        return response
    page = KeptPage(pack(response.content), tuple(response.items()))
    kept.put(address, version, page)
    if packed:
        response.content = page.content
    return _marked(response, packed)


def _marked(response: HttpResponse, packed: bool) -> HttpResponse:
    """The middleware leaves alone what is packed already. Its padding against BREACH is not needed: the page of a stranger
    holds nothing secret."""
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def private(response: Response) -> Response:
    """Mark a response as made for one person: neither shared caches nor the browser keep it."""
    response.headers["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ["Cookie"])
    return response


def is_stranger(request: HttpRequest) -> bool:
    """Nobody is signed in, and no notice waits to be shown to this browser alone. Never starts a session."""
    return not request.user.is_authenticated and "messages" not in request.COOKIES


def etag_of(*parts: object) -> str:
    """A weak entity tag (RFC 9110 §8.8.3): compression may change the bytes, not the page."""
    text = "\x1f".join(str(part) for part in chain(parts, [_build_stamp()]))
    return f'W/"{blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()}"'


@cache
def _build_stamp() -> str:
    """Changes when the software or a template of it does: pages of the old look must not live on."""
    newest = max((path.stat().st_mtime_ns for folder in _look() for path in folder.rglob("*")), default=0)
    return f"{settings.VERSION}.{newest}"


def _look() -> list[Path]:
    return [Path(settings.BASE_DIR) / "templates", Path(settings.BASE_DIR) / "static"]
