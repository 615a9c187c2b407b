"""Signatures of webhooks: Standard Webhooks (https://www.standardwebhooks.com), scheme v1, HMAC-SHA256."""

import base64
import hmac
import secrets
from collections.abc import Sequence

PREFIX = "whsec_"


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, uid: str, timestamp: int, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    mac = hmac.digest(key, f"{uid}.{timestamp}.".encode() + body, "sha256")
    return "v1," + base64.b64encode(mac).decode()


def headers(valid: Sequence[str], uid: str, timestamp: int, body: bytes) -> dict[str, str]:
    """One signature for each valid secret, parted by a space: a receiver is content with any that it knows."""
    return {
        "webhook-id": uid,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(secret, uid, timestamp, body) for secret in valid),
    }
