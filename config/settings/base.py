"""Settings of both profiles. Everything comes from the environment; docs/settings.md lists each variable.

Embedded (no DATABASE_URL): SQLite, a broker made of files, nothing to install. Server: PostgreSQL and Redis.
"""

import secrets
from pathlib import Path
from typing import Any

from accounts.oidc import openid_connect
from config import env, languages
from config.settings.panel import unfold

BASE_DIR = Path(__file__).resolve().parents[2]
VERSION = next(
    line.split()[1] for line in (BASE_DIR / "CHANGELOG.md").read_text().splitlines() if line.startswith("## ")
)

VAR = Path(env.text("POSTHOUSE_VAR") or BASE_DIR / "var").resolve()
VAR.mkdir(parents=True, exist_ok=True)
DATABASE = env.postgres("DATABASE_URL")
REDIS_URL = env.text("REDIS_URL")
EMBEDDED = DATABASE is None


def _secret_key() -> str:
    """The operator's key, else one made once and kept beside the data."""
    given = env.text("SECRET_KEY")
    if given:
        return given
    kept = VAR / "secret-key"
    try:
        with kept.open("x") as new:
            kept.chmod(0o600)
            new.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return kept.read_text()


SECRET_KEY = _secret_key()
DEBUG = env.flag("DEBUG")
SITE_URL = env.text("SITE_URL", f"http://localhost:{env.integer('PORT', 8000)}").rstrip("/")
SITE_NAME = env.text("SITE_NAME", "Posthouse")
MAIL_DOMAIN = env.text("MAIL_DOMAIN", "posthouse.localhost")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", SITE_URL.split("//")[-1].split(":")[0]])
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    "config",
    "common",
    "accounts",
    "accounts.switches",
    "accounts.tokens",
    "groups",
    "groups.hooks",
    "groups.abuse",
    "groups.directory",
    "groups.polls",
    "groups.domains",
    "archive",
    "mail",
    "mail.operations",
    "unfold.apps.BasicAppConfig",
    "common.panel.apps.PanelConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "ninja",  # its documentation page: no server but our own is asked for it
]

MIDDLEWARE = [
    "common.http.HeadMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "common.packing.PackingMiddleware",
    "common.http.SecurityHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "common.api.middleware.ApiMiddleware",
    "accounts.middleware.ReaderLanguageMiddleware",
    "accounts.middleware.ReaderZoneMiddleware",
    "common.http.PathMiddleware",
    "groups.middleware.SearchEnginesMiddleware",
    "groups.middleware.MovedGroupMiddleware",
    "groups.domains.middleware.SiteMiddleware",
    "accounts.switches.middleware.SwitchMiddleware",
    "mail.operations.middleware.WatchMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "common.context.site",
                "groups.domains.context.site",
                "accounts.switches.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": VAR / "posthouse.sqlite3",
    "CONN_MAX_AGE": None,  # opening the file and setting it up takes longer than most pages
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=268435456; "
            "PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864; "
            "PRAGMA wal_autocheckpoint=8000;"
        ),
    },
}
if DATABASE is not None:
    DATABASE["OPTIONS"] = {
        "pool": {"min_size": 1, "max_size": env.integer("DATABASE_POOL", 8), "timeout": 10},
        **DATABASE["OPTIONS"],  # type: ignore[dict-item]
    }
DATABASES = {"default": DATABASE or SQLITE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": VAR / "cache"}
    )
}

# Search
SEARCH_ENGINE = env.choice("SEARCH_ENGINE", ("tantivy", "whoosh", "postgres"))
SEARCH_INDEX_DIR = VAR / "index"
SEARCH_WRITER_MEMORY = env.integer("SEARCH_WRITER_MEMORY", 32) * 1024 * 1024

# Imports
IMPORT_FOLDER = Path(env.text("IMPORT_FOLDER") or VAR / "import")
UPLOAD_FOLDER = VAR / "uploads"
UPLOAD_LIMIT = env.integer("UPLOAD_LIMIT_GB", 20) * 1024**3
IMPORT_PROCESSES = env.integer("IMPORT_PROCESSES", 2)
IMPORT_BATCH = max(1, env.integer("IMPORT_BATCH", 500))
BLOB_FOLDER = VAR / "blobs"
DOWNLOADS_AT_ONCE = max(1, env.integer("DOWNLOADS_AT_ONCE", 2))

# Who may use the house
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.PasswordBackend",
    "accounts.backends.AddressBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.person.NameForm"
ACCOUNT_FORMS = {"request_login_code": "accounts.forms.signing_in.SignInMailForm"}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True  # the mail carries a link as well: accounts/sign_in.py
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ALLAUTH_TRUSTED_PROXY_COUNT = (
    1 if env.flag("BEHIND_PROXY") else 0
)  # whose attempts are counted: never all behind a proxy
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
# Signing in with the accounts of an organisation, by OpenID Connect
OIDC_SERVER = env.text("OIDC_SERVER")
OIDC_NAME = env.text("OIDC_NAME", SITE_NAME)
SOCIALACCOUNT_ADAPTER = "accounts.adapter.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "VERIFIED_EMAIL": env.flag("OIDC_CONFIRMS_ADDRESSES"),  # for servers that say nothing of it
        "APPS": openid_connect(OIDC_SERVER, OIDC_NAME, env.text("OIDC_CLIENT"), env.text("OIDC_SECRET")),
    }
}
# Who shows that a confirmed address is theirs, gets in: as by a mailed link, whoever made the account.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_STORE_TOKENS = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_TOTP_ISSUER = SITE_NAME

# The panel of those who run the site
UNFOLD = unfold(SITE_NAME)

# Pages
PAGES_KEPT_BYTES = 8 * 1024 * 1024  # in each web process, of pages for strangers: common/pages_kept.py
LANGUAGES = languages.offered(env.words("LANGUAGES", languages.NAMES))  # docs/languages.md
LANGUAGE_CODE = env.text("LANGUAGE_CODE", "en")  # for those whose browser asks for none of them
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = SECURE, True, "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.text("TIME_ZONE", "UTC")
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR / "media"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600
SESSION_ENGINE = "common.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
CSRF_FAILURE_VIEW = "common.http.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY") else None
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
METRICS_TOKEN = env.text("METRICS_TOKEN")

# Telling operators that something is wrong
WATCH_FROM_WEB = True  # the web process looks, too: a worker that is dead tells nobody
ALARM_MAIL = env.words("ALARM_MAIL")  # default: every superuser
ALARM_AFTER_MINUTES = env.integer("ALARM_AFTER_MINUTES", 5)
ALARM_QUEUE_MINUTES = env.integer("ALARM_QUEUE_MINUTES", 30)
ALARM_DISK_PERCENT = env.integer("ALARM_DISK_PERCENT", 5)
# The API: how much of it anybody gets
API_REQUESTS_A_MINUTE = env.integer("API_REQUESTS_A_MINUTE", 600)  # of one token
API_REQUESTS_A_MINUTE_OF_STRANGERS = env.integer("API_REQUESTS_A_MINUTE_OF_STRANGERS", 120)  # of one address

# The way out for all mail: rows, then the relay (mail/outbox), or files where none is named
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.integer("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_FILE_PATH = VAR / "outgoing-mail"
EMAIL_BACKEND = "mail.outbox.backend.OutboxBackend"
SENDING_IPS = env.words("SENDING_IPS")  # for the self-check alone
SEND_PER_DOMAIN = env.words("SEND_PER_DOMAIN")  # example.com:600 copies a minute
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"{SITE_NAME} <noreply@{MAIL_DOMAIN}>")

# Mail that comes in
MAIL_SPOOL = VAR / "spool"  # letters taken in while the database was away
DRAFT_FOLDER = VAR / "drafts"  # files of letters that are being written on the web
MAIL_SIZE_LIMIT = env.integer("MAIL_SIZE_LIMIT_MB", 40) * 1024 * 1024
MAIL_HOOK_SECRET = env.text("MAIL_HOOK_SECRET")
LMTP_HOST = env.text("LMTP_HOST", "127.0.0.1")
LMTP_PORT = env.integer("LMTP_PORT", 8024)
LMTP_CONNECTIONS = env.integer("LMTP_CONNECTIONS", 100)
# Mail that comes in: who really sent it, and what spam filters think
MAIL_AUTHENTICATE = env.flag("MAIL_AUTHENTICATE", default=not EMBEDDED)
DMARC_GUARDED_DOMAINS = env.words("DMARC_GUARDED_DOMAINS")  # as if they forbade others to send in their name
DMARC_OWN_DOMAINS = env.words("DMARC_OWN_DOMAINS")  # that we may send for, whatever they publish
TRUSTED_AUTHSERV_IDS = env.words("TRUSTED_AUTHSERV_IDS")
SPAM_RSPAMD_URL = env.text("SPAM_RSPAMD_URL")
SPAM_SPAMD_HOST = env.text("SPAM_SPAMD_HOST")

# Whom people write to about the site itself: in what a suspended person, or the reader of a group that was taken down, is told
CONTACT_ADDRESS = env.text("CONTACT_ADDRESS", f"postmaster@{MAIL_DOMAIN}")

# People: how many somebody may write to, or add, without having been asked
INVITATIONS_A_DAY = env.integer("INVITATIONS_A_DAY", 200)
MEMBERS_ADDED_A_DAY = env.integer("MEMBERS_ADDED_A_DAY", 10_000)

# Webhooks: where they may go, and how many threads of a worker serve those who answer quickly, and as many the slow
WEBHOOK_THREADS = env.integer("WEBHOOK_THREADS", 4)
WEBHOOKS_ALLOW_HTTP = env.flag("WEBHOOKS_ALLOW_HTTP")
WEBHOOKS_ALLOW_PRIVATE = env.words("WEBHOOKS_ALLOW_PRIVATE")  # networks: 10.1.0.0/16
WEBHOOKS_PORTS = [int(port) for port in env.words("WEBHOOKS_PORTS") if port.isdecimal()]

# Celery: a task is only a doorbell; the work itself stands in rows
BROKER_FOLDER = VAR / "broker"
CELERY_BROKER_URL = REDIS_URL or "filesystem://"
CELERY_BROKER_TRANSPORT = None if REDIS_URL else "common.broker:Transport"
# Bells may be lost, for beat sweeps. Kombu's bookkeeping of those that nobody has confirmed would end the whole worker where
# Redis goes away at the wrong moment (restore_unacked asks a connection that is closed).
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"ack_emulation": False}
    if REDIS_URL
    else {
        "data_folder_in": str(BROKER_FOLDER / "queue"),
        "data_folder_out": str(BROKER_FOLDER / "queue"),
        "control_folder": str(BROKER_FOLDER / "control"),
        "processed_folder": str(BROKER_FOLDER / "processed"),
        "store_processed": False,
    }
)
if not REDIS_URL:
    for folder in ("queue", "control"):
        (BROKER_FOLDER / folder).mkdir(parents=True, exist_ok=True)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "index-what-is-new": {"task": "archive.tasks.index_pending", "schedule": 3.0, "options": {"expires": 3}},
    "send-what-is-due": {"task": "mail.tasks.send_due", "schedule": 3.0, "options": {"expires": 3}},
    "sweep-directory": {"task": "groups.directory.tasks.sweep_directory", "schedule": 15.0, "options": {"expires": 15}},
    "recount-directory": {
        "task": "groups.directory.tasks.recount_directory",
        "schedule": 6 * 3600.0,
        "options": {"expires": 3600},
    },
    "do-chores": {"task": "archive.tasks.do_chores", "schedule": 60.0, "options": {"expires": 60}},
    "resume-imports": {"task": "archive.tasks.resume_transfers", "schedule": 30.0, "options": {"expires": 30}},
    "send-digests": {"task": "mail.tasks.send_digests", "schedule": 60.0, "options": {"expires": 60}},
    "send-reminders": {"task": "mail.tasks.send_reminders", "schedule": 3600.0, "options": {"expires": 3600}},
    "remind-voters": {"task": "mail.tasks.remind_voters", "schedule": 900.0, "options": {"expires": 900}},
    "remind-moderators": {"task": "mail.tasks.remind_moderators", "schedule": 300.0, "options": {"expires": 300}},
    "close-overdue": {"task": "mail.tasks.close_overdue", "schedule": 900.0, "options": {"expires": 900}},
    "heal-mailboxes": {"task": "mail.tasks.heal_mailboxes", "schedule": 3600.0, "options": {"expires": 3600}},
    "expire-what-waited": {"task": "mail.tasks.expire_what_waited", "schedule": 3600.0, "options": {"expires": 3600}},
    "work-on-batches": {"task": "mail.tasks.work_on_batches", "schedule": 60.0, "options": {"expires": 60}},
    "close-polls": {"task": "groups.polls.tasks.close_polls", "schedule": 60.0, "options": {"expires": 60}},
    "drain-spool": {"task": "mail.tasks.drain_spool", "schedule": 10.0, "options": {"expires": 10}},
    "process-inbound": {"task": "mail.tasks.process_inbound", "schedule": 5.0, "options": {"expires": 5}},
    "deliver-webhooks": {"task": "groups.hooks.tasks.deliver", "schedule": 5.0, "options": {"expires": 5}},
    "forget-webhooks": {"task": "groups.hooks.tasks.forget", "schedule": 6 * 3600.0, "options": {"expires": 3600}},
    "lift-suspensions": {"task": "accounts.tasks.lift_suspensions", "schedule": 60.0, "options": {"expires": 60}},
    "measure": {"task": "mail.operations.tasks.measure", "schedule": 60.0, "options": {"expires": 50}},
    "check-delivery": {
        "task": "mail.operations.tasks.check_delivery",
        "schedule": 24 * 3600.0,
        "options": {"expires": 3600},
    },
    "clear-up": {"task": "archive.tasks.clear_up", "schedule": 6 * 3600.0, "options": {"expires": 3600}},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "kombu": {"level": "ERROR"},
        "mail.log": {"level": "WARNING"},  # aiosmtpd tells every command
        "psycopg.pool": {"level": "ERROR"},
    },
}
