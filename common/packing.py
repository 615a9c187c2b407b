"""Pages packed with gzip (RFC 1952) by ISA-L: in a seventh of the time that zlib takes, for a tenth more bytes."""

import secrets
from gzip import FNAME

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware, re_accepts_gzip
from django.utils.cache import patch_vary_headers
from isal import igzip

LEVEL = 3  # its best
SHORTEST = 200  # bytes that are worth it
HEADER = 10  # bytes of a gzip header without a name


def accepts_gzip(request: HttpRequest) -> bool:
    return re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")) is not None


def pack(content: bytes) -> bytes:
    """The same bytes for the same content."""
    return igzip.compress(content, LEVEL, mtime=0)


def pack_padded(content: bytes, most: int) -> bytes:
    """With a name of random length in the header: the length of a page must not tell what is secret in it (BREACH)."""
    packed = pack(content)
    header = bytearray(packed[:HEADER])
    header[3] |= FNAME
    return b"".join([header, b"a" * secrets.randbelow(most), b"\0", memoryview(packed)[HEADER:]])


class PackingMiddleware(GZipMiddleware):
    """Packs whole answers; Django's own packs those that are written while they are sent."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not isinstance(response, HttpResponse):
            return super().process_response(request, response)  # type: ignore[no-any-return,arg-type]
        if len(response.content) < SHORTEST or response.has_header("Content-Encoding"):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        if accepts_gzip(request):
            self._pack(response)
        return response

    def _pack(self, response: HttpResponse) -> None:
        packed = pack_padded(response.content, self.max_random_bytes)
        if len(packed) >= len(response.content):
            return
        response.content = packed
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(packed))
        etag = response.headers.get("ETag", "")
        if etag.startswith('"'):
            response.headers["ETag"] = (
                f"W/{etag}"  # packed bytes are no longer the same byte for byte (RFC 9110 §8.8.1)
            )
