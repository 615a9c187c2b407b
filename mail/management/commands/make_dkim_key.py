"""manage.py make_dkim_key DOMAIN : a key that signs what leaves, and the DNS record that lets others check it."""

import base64
import re
from argparse import ArgumentParser
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.core.management.base import CommandError
from django.utils import timezone

from common.commands import HouseCommand
from mail.models import SigningKey

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})+")
_SELECTOR = re.compile(rf"{_LABEL}(\.{_LABEL})*")
BITS = 2048  # RFC 8301 §3.2; longer ones do not fit one DNS string and cost more at each copy


class Command(HouseCommand):
    help = "Make a DKIM key for a domain and print the DNS record to publish. Letters are signed from now on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("domain", metavar="DOMAIN", help="MAIL_DOMAIN, for the letters of this site")
        parser.add_argument("--selector", default=f"ph{timezone.now():%Y%m}", help="name of the key below the domain")
        parser.add_argument(
            "--type", choices=("rsa", "ed25519"), default="rsa", help="ed25519 is not read everywhere yet"
        )
        parser.add_argument("--json", action="store_true", help="end with one line of JSON on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        domain, selector = options["domain"].lower().rstrip("."), options["selector"].lower()
        if not _DOMAIN.fullmatch(domain) or len(domain) > 253:
            raise CommandError(f"{domain!r} is not a domain.")
        if not _SELECTOR.fullmatch(selector) or len(selector) > 63:
            raise CommandError(f"{selector!r} cannot be a selector: letters, digits, hyphens and dots.")
        if SigningKey.objects.filter(domain=domain, selector=selector).exists():
            raise CommandError(f"{selector}._domainkey.{domain} exists. Choose another --selector.")
        private, record = make_key(options["type"])
        SigningKey.objects.create(domain=domain, selector=selector, private_pem=private)
        name = f"{selector}._domainkey.{domain}"
        self.say("Publish this record before the next letter leaves; older keys of the domain may stay published.")
        self.answer(
            {"name": name, "type": "TXT", "value": record}, as_json=options["json"], text=zone_line(name, record)
        )


def make_key(kind: str) -> tuple[str, str]:
    """(private key as PEM, content of the TXT record: RFC 6376 §3.6.1, RFC 8463 §4)."""
    key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
    if kind == "ed25519":
        key = ed25519.Ed25519PrivateKey.generate()
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    else:
        key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return private, f"v=DKIM1; k={kind}; p={base64.b64encode(public).decode()}"


def zone_line(name: str, record: str) -> str:
    """As a zone file takes it: strings of at most 255 bytes (RFC 1035 §3.3.14)."""
    strings = " ".join(f'"{record[at : at + 250]}"' for at in range(0, len(record), 250))
    return f"{name}. IN TXT ( {strings} )"
