"""The Celery application: finds every app's tasks; settings under CELERY_ in config/settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

app = Celery("posthouse")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
