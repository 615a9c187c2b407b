import os
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db.backends.signals import connection_created

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
application = get_wsgi_application()


def keep_small(*, connection: Any, **_: object) -> None:
    """Web threads keep their connections and read here and there in the file: what each remembers of it stays small."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size=-4000")
            cursor.execute("PRAGMA mmap_size=67108864")


connection_created.connect(keep_small, dispatch_uid="keep_small")
