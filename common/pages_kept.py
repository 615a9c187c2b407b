"""Pages for strangers, kept ready in this process for as long as their version lasts.

What many ask for at once (a letter that is linked to from somewhere, the front page) is written and packed once. Bounded by
bytes, the page longest not asked for goes first; a crawler that asks for a million different pages only turns the oldest ones
out.
"""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

LARGEST = 256 * 1024


@dataclass(frozen=True, slots=True)
class KeptPage:
    """`content` is packed with gzip (RFC 1952), the form in which nearly every browser asks for it."""

    content: bytes
    headers: tuple[tuple[str, str], ...]


class PagesKept:
    """A small store from (address, version) to page; safe among threads."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self._pages: OrderedDict[tuple[str, str], KeptPage] = OrderedDict()
        self._lock = Lock()

    def get(self, address: str, version: str) -> KeptPage | None:
        with self._lock:
            page = self._pages.get((address, version))
            if page is not None:
                self._pages.move_to_end((address, version))
            return page

    def put(self, address: str, version: str, page: KeptPage) -> None:
        if len(page.content) > min(LARGEST, self.limit):
            return
        with self._lock:
            self._drop((address, version))
            self._pages[(address, version)] = page
            self.size += len(page.content)
            while self.size > self.limit:
                self._drop(next(iter(self._pages)))

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self.size = 0

    def _drop(self, key: tuple[str, str]) -> None:
        page = self._pages.pop(key, None)
        if page is not None:
            self.size -= len(page.content)
