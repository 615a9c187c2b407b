"""The Celery application: finds every app's tasks; settings under CELERY_ in config/settings."""

import os
import warnings

from celery import Celery
from celery.exceptions import SecurityWarning

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

# About running as root, which is dangerous with pickled tasks; ours are JSON (CELERY_TASK_SERIALIZER).
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("posthouse")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
