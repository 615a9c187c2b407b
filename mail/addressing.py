"""The addresses of the gateway: what a recipient means, and tokens that stand in addresses. Pure, but for two settings.

A token is a few small numbers, sealed: encrypted and authenticated in one (synthetic IV as in RFC 5297), for one purpose,
perhaps until a day. It is written in lower-case base32 (RFC 4648 §6), which survives servers that fold case and people who
quote it. It is not longer than 40 characters.
"""

import hmac
import re
from base64 import b32decode, b32encode
from collections.abc import Container
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from time import time
from typing import Any, Protocol

from django.conf import settings

LONGEST = 320  # of an address: 64 + @ + 255 octets (RFC 5321 §4.5.3.1)
PURPOSES = frozenset({"bounce", "confirm", "moderate", "leave", "daily", "vote"})
OPERATOR = frozenset({"postmaster", "abuse", "hostmaster", "webmaster"})  # RFC 2142; RFC 5321 §4.5.1 demands postmaster
EXTENSIONS = frozenset(  # what may follow a group's name
    {"subscribe", "unsubscribe", "owner", "help", "request", "digest", "nomail", "every", "special", "summary"}
    | {"follow", "mute"}
)
SYNONYMS = {"join": "subscribe", "leave": "unsubscribe", "owners": "owner", "moderators": "owner", "admin": "owner"}

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?\Z")
TOKEN = re.compile(r"[a-z2-7]{8,40}\Z")
WHOLE = re.compile(r"(?:@[^:<>\s]*:)?(.*)\Z", re.DOTALL)  # without the source route of RFC 5321 appendix C


class Kind(StrEnum):
    POST = "post"  # to a group
    COMMAND = "command"  # to a group, with an extension
    TOKEN = "token"  # noqa: S105  to the site, with a sealed token
    OPERATOR = "operator"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Address:
    """What a recipient means. `birds-owner` is a group of that name, `otherwise` the owners of the group `birds`."""

    kind: Kind
    group: str = ""  # slug
    extension: str = ""
    purpose: str = ""  # of a token
    token: str = ""  # also what follows an extension, as in birds+mute-TOKEN
    otherwise: "Address | None" = None

    def among(self, slugs: Container[str]) -> "Address":
        """The meaning where just these groups exist."""
        meaning: Address | None = self
        while meaning is not None:
            if not meaning.group or meaning.group in slugs:
                return meaning
            meaning = meaning.otherwise
        return NOBODY

    @property
    def groups(self) -> list[str]:
        """Slugs of which it is worth knowing whether they exist."""
        return ([self.group] if self.group else []) + (self.otherwise.groups if self.otherwise else [])


NOBODY = Address(Kind.NOBODY)


def parse_recipient(address: str | bytes) -> Address:
    """Read the address of a RCPT TO, with or without angle brackets. Never raises."""
    local, domain = _halves(address)
    if local == "postmaster" and not domain:
        return Address(Kind.OPERATOR)
    if not _is_ours(domain) or not local.isascii():
        return NOBODY
    if local in OPERATOR:
        return Address(Kind.OPERATOR)
    name, plus, rest = local.partition("+")
    return _with_extension(name, rest) if plus else _without_plus(local)


def _halves(address: str | bytes) -> tuple[str, str]:
    text = address.decode("utf-8", "surrogateescape") if isinstance(address, bytes) else address
    text = text.strip().removeprefix("<").removesuffix(">")
    found = WHOLE.match(text)
    local, at, domain = (found.group(1) if found else text).rpartition("@")
    if not at:
        local, domain = domain, ""
    if len(local) > 1 and local[0] == local[-1] == '"':
        local = re.sub(r"\\(.)", r"\1", local[1:-1])
    return (local.lower() if local.isascii() else local), domain  # the Kelvin sign would become a k


def _is_ours(domain: str) -> bool:
    return bool(domain) and _ascii(domain) == _ascii(settings.MAIL_DOMAIN)


def _ascii(domain: str) -> str:
    """The A-label form (RFC 5890) in lower case."""
    domain = domain.rstrip(".")
    if domain.isascii():
        return domain.lower()
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return domain


def _with_extension(name: str, rest: str) -> Address:
    if name in PURPOSES:
        return Address(Kind.TOKEN, purpose=name, token=rest) if TOKEN.match(rest) else NOBODY
    word, _, token = rest.replace("+", "-").partition("-")
    extension = SYNONYMS.get(word, word)
    if extension not in EXTENSIONS or not SLUG.match(name) or (token and not TOKEN.match(token)):
        return NOBODY
    return Address(Kind.COMMAND, name, extension, token=token)


def _without_plus(local: str) -> Address:
    """A group, or where there is none of that name: `birds-owner`, `bounce-TOKEN` of servers that split at hyphens."""
    if not SLUG.match(local):
        return NOBODY
    name, hyphen, rest = local.rpartition("-")
    other = _with_extension(name, rest) if hyphen else NOBODY
    return Address(Kind.POST, local, otherwise=other if other != NOBODY else None)


class _Named(Protocol):
    slug: Any


def list_address(group: _Named | str, extension: str = "") -> str:
    """The group's address, or with `+extension` before the @."""
    slug = group if isinstance(group, str) else group.slug
    return f"{slug}+{extension}@{settings.MAIL_DOMAIN}" if extension else f"{slug}@{settings.MAIL_DOMAIN}"


def site_address(purpose: str, token: str) -> str:
    """An address of the site itself, such as bounce+TOKEN."""
    return f"{purpose}+{token}@{settings.MAIL_DOMAIN}"


# Tokens: 10 octets of authentication, then at most 15 of numbers: 25 octets are 40 characters.

TAG = 10
ROOM = 15
DAY = 24 * 3600
EPOCH = 18262  # 2020-01-01 in days, so that a day takes two octets


def seal(purpose: str, *numbers: int, days: int | None = None) -> str:
    """A token that only `unseal` with the same purpose opens, until `days` days from now."""
    until = 0 if days is None else _today() + days + 1
    clear = b"".join(_varint(number) for number in (until, *numbers))
    if len(clear) > ROOM:
        raise ValueError("These numbers do not fit into a token.")
    authentic, stream = _keys(settings.SECRET_KEY)
    tag = _tag(authentic, purpose, clear)
    return b32encode(tag + _mask(stream, tag, clear)).decode().rstrip("=").lower()


def unseal(purpose: str, token: str) -> tuple[int, ...] | None:
    """The numbers; None where the token was changed, is for another purpose, or its day is over. Never raises."""
    sealed = _base32(token)
    if sealed is None or len(sealed) <= TAG:
        return None
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        authentic, stream = _keys(secret)
        clear = _mask(stream, sealed[:TAG], sealed[TAG:])
        if hmac.compare_digest(sealed[:TAG], _tag(authentic, purpose, clear)):
            until, *numbers = _numbers(clear)
            return tuple(numbers) if not until or _today() < until else None
    return None


def _today() -> int:
    return int(time() // DAY) - EPOCH


@lru_cache(maxsize=8)
def _keys(secret: str) -> tuple[bytes, bytes]:
    def derive(use: bytes) -> bytes:
        return hmac.digest(secret.encode(), b"mail.addressing " + use, "sha256")

    return derive(b"tag"), derive(b"stream")


def _tag(key: bytes, purpose: str, clear: bytes) -> bytes:
    return hmac.digest(key, purpose.encode() + b"\0" + clear, "sha256")[:TAG]


def _mask(key: bytes, tag: bytes, text: bytes) -> bytes:
    stream = sha256(key + tag).digest()
    return bytes(a ^ b for a, b in zip(text, stream, strict=False))


def _base32(token: str) -> bytes | None:
    """None also where spare bits are set: one token has one spelling, but for case."""
    if not token.isascii() or len(token) > 40:
        return None
    text = token.upper()
    try:
        octets = b32decode(text + "=" * (-len(text) % 8))
    except ValueError:
        return None
    return octets if b32encode(octets).decode().rstrip("=") == text else None


def _varint(number: int) -> bytes:
    """Seven bits an octet, the lowest first (LEB128)."""
    if number < 0:
        raise ValueError("Tokens hold no negative numbers.")
    octets = bytearray()
    while number > 127:
        octets.append(number & 127 | 128)
        number >>= 7
    return bytes([*octets, number])


def _numbers(octets: bytes) -> list[int]:
    """What `_varint` wrote, one number after the other."""
    found, number, shift = [], 0, 0
    for octet in octets:
        number |= (octet & 127) << shift
        shift += 7
        if octet < 128:
            found.append(number)
            number = shift = 0
    return found
