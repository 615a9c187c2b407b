"""The Celery application: finds every app's tasks; settings under CELERY_ in config/settings."""

import os
import sys
import warnings
from typing import Any

from celery import Celery, signals
from celery.exceptions import SecurityWarning

from common.memory import few_arenas

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

# About running as root, which is dangerous with pickled tasks; ours are JSON (CELERY_TASK_SERIALIZER).
warnings.filterwarnings("ignore", category=SecurityWarning)


@signals.celeryd_init.connect
def _hold_little(**_: Any) -> None:
    few_arenas()


app = Celery("posthouse")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


# Celery would close the connection to the database after every task: a bell that is rung ten times a second opens a file anew,
# sets it up and reads its schema as often. Django's own rule (CONN_MAX_AGE, and whether it still works) is enough.
app.conf["CELERY_DB_REUSE_MAX"] = sys.maxsize


@signals.task_postrun.connect
def _close_old_connections(sender: Any, **_: Any) -> None:
    from django.db import close_old_connections

    if not sender.request.is_eager:
        close_old_connections()
