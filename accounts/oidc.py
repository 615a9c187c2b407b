"""Signing in with the accounts of an organisation (OpenID Connect Core 1.0, discovery by OpenID Connect Discovery 1.0)."""

from typing import Any

PROVIDER = "sso"  # in addresses: /account/oidc/sso/login/callback/


def openid_connect(server: str, name: str, client: str, secret: str) -> list[dict[str, Any]]:
    """What django-allauth is to know; nothing where no server is set."""
    if not server:
        return []
    about = {"server_url": server.rstrip("/")}
    return [{"provider_id": PROVIDER, "name": name, "client_id": client, "secret": secret, "settings": about}]
