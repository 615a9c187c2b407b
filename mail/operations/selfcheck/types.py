"""What a check finds, and what it may ask. Pure."""

import ssl
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from mail.inbound.dns import Resolver


class Light(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Record:
    """As the operator publishes it."""

    name: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the check: a light, what was found, why it matters or what to do, and what to publish."""

    key: str
    title: str
    light: Light
    sentence: str
    advice: str = ""
    record: Record | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Around:
    """What is asked: name servers, and where mail servers listen. `addresses`: those our mail leaves from; none: those of the
    MX, which is the usual thing on one machine."""

    resolver: Resolver
    addresses: Sequence[str] = ()
    smtp_port: int = 25
    seconds: float = 5.0  # with each server; and for all questions of one domain to the DNS together three times that
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
