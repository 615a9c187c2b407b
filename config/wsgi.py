import gc
import os
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db.backends.signals import connection_created
from django.urls import get_resolver

from common.memory import few_arenas

few_arenas()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
application = get_wsgi_application()


def share_with_workers() -> None:
    """gunicorn --preload forks its workers from here. Whatever all of them need is there already, and the collector of
    garbage does not touch it any more: so most of its memory stays shared."""
    assert get_resolver().url_patterns  # imports every page
    gc.collect()
    gc.freeze()


def keep_small(*, connection: Any, **_: object) -> None:
    """Web threads keep their connections and read here and there in the file: what each remembers of it stays small."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size=-4000")
            cursor.execute("PRAGMA mmap_size=67108864")


connection_created.connect(keep_small, dispatch_uid="keep_small")
share_with_workers()
