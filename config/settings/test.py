"""The test suite: the same code on either profile, fast password hashes, tasks at once, all in one temporary folder."""

import os
import sys
import tempfile

os.environ.setdefault("POSTHOUSE_VAR", tempfile.mkdtemp(prefix="posthouse-test-"))
if "xdist" in sys.modules and "PYTEST_XDIST_WORKER" in os.environ:  # tests side by side find no files of each other
    os.environ["POSTHOUSE_VAR"] += f"/{os.environ['PYTEST_XDIST_WORKER']}"

from config.settings.base import *  # noqa: F403

SECRET_KEY = "only for tests"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
IMPORT_PROCESSES = 0
WHITENOISE_AUTOREFRESH = True  # nothing is collected for tests, and no folder of it missed
PAGES_KEPT_BYTES = 0  # every request is to be seen at work
WATCH_FROM_WEB = False  # no thread of a request outlives its test
MAIL_AUTHENTICATE = False  # no test waits for the DNS
WEBHOOK_THREADS = 0  # tests that send call what sends
API_REQUESTS_A_MINUTE = API_REQUESTS_A_MINUTE_OF_STRANGERS = 1_000_000  # walks ask for every address
DOWNLOADS_AT_ONCE = 1000  # not every test reads to the end what it asks for
if "sqlite" in str(DATABASES["default"]["ENGINE"]):  # noqa: F405
    # A file, as a site has: tables in shared memory are not waited for by other threads but refused ("table is locked").
    DATABASES["default"]["TEST"] = {"NAME": f"{os.environ['POSTHOUSE_VAR']}/test.sqlite3"}  # noqa: F405
