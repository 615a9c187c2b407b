"""Sessions in the database, with the cache before it, that go on while the cache is away: Django's own fail on the first page."""

import logging
from typing import Any

from django.contrib.sessions.backends import cached_db

logger = logging.getLogger(__name__)


class SessionStore(cached_db.SessionStore):
    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._cache = Patient(self._cache)  # type: ignore[has-type]

    @classmethod
    def get_model_class(cls) -> Any:
        return cached_db.SessionStore.get_model_class()


class Patient:
    """A cache whose being away is as if it held nothing."""

    def __init__(self, cache: Any) -> None:
        self._cache = cache

    def get(self, key: str, default: Any = None) -> Any:
        return self._tried("get", default, key, default)

    def set(self, *about: Any, **more: Any) -> None:
        self._tried("set", None, *about, **more)

    def delete(self, key: str) -> None:
        self._tried("delete", False, key)

    def __contains__(self, key: str) -> bool:
        return bool(self._tried("has_key", False, key))

    def _tried(self, what: str, otherwise: Any, *about: Any, **more: Any) -> Any:
        try:
            return getattr(self._cache, what)(*about, **more)
        except Exception as error:  # whatever its client raises
            logger.warning("The cache did not answer for a session: %s", error)
            return otherwise
