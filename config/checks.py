"""System checks: what an operator could have set wrongly, in words, before the first request."""

import ipaddress
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import connection

from common.commands import HOUSE
from mail.outbox.throttle import BadLimit, read_limits


@register(HOUSE)
def search_engine_fits_database(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.SEARCH_ENGINE == "postgres" and connection.vendor != "postgresql":
        hint = "Set DATABASE_URL to a PostgreSQL database, or choose tantivy or whoosh."
        return [Error("SEARCH_ENGINE=postgres needs PostgreSQL.", hint=hint, id="posthouse.E001")]
    return []


@register(HOUSE)
def var_is_writable(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    folder = Path(settings.VAR)
    if folder.is_dir() and os.access(folder, os.W_OK):
        return []
    return [Error(f"{folder} cannot be written.", hint="Set POSTHOUSE_VAR to a folder of ours.", id="posthouse.E002")]


@register(HOUSE)
def sign_in_mail_can_leave(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.SECURE and not settings.EMAIL_HOST:
        hint = f"Until then it is kept as files in {settings.EMAIL_FILE_PATH}."
        return [Warning("EMAIL_HOST is not set: nobody gets sign-in mail.", hint=hint, id="posthouse.W001")]
    return []


@register(HOUSE)
def sending_addresses_can_be_read(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    wrong = [word for word in settings.SENDING_IPS if not _is_address(word)]
    hint = "For example SENDING_IPS=192.0.2.25,2001:db8::25"
    return [Error(f"SENDING_IPS: {word} is no IP address.", hint=hint, id="posthouse.E004") for word in wrong]


def _is_address(word: str) -> bool:
    try:
        ipaddress.ip_address(word)
    except ValueError:
        return False
    return True


@register(HOUSE)
def limits_of_destinations_can_be_read(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    try:
        read_limits(settings.SEND_PER_DOMAIN)
    except BadLimit as problem:
        return [Error(f"{problem}.", hint="For example SEND_PER_DOMAIN=example.com:600", id="posthouse.E003")]
    return []
