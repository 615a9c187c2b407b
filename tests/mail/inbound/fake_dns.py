"""A DNS of a few records, and letters signed with keys that stand in it."""

from base64 import b64encode
from functools import cache

import dkim
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from mail.inbound.dns import DnsTrouble

BROKEN = object()  # a name whose servers do not answer


class FakeDns:
    """FakeDns({("example.org", "TXT"): ["v=spf1 -all"]}); counts what it is asked."""

    def __init__(self, records):
        self.records = records
        self.asked = []

    def look_up(self, name, kind, seconds):
        self.asked.append((name, kind))
        found = self.records.get((name, kind), [])
        if found is BROKEN:
            raise DnsTrouble(f"{name} does not answer")
        return [record.encode() if kind == "TXT" else record for record in found]


@cache
def key_pair() -> tuple[bytes, str]:
    """(private key as PEM, TXT record of the public one)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return private, f"v=DKIM1; k=rsa; p={b64encode(public).decode()}"


def signed(letter: bytes, domain: str = "example.org", **options) -> bytes:
    private, _ = key_pair()
    return dkim.sign(letter, b"s1", domain.encode(), private, canonicalize=(b"relaxed", b"relaxed"), **options) + letter


def sealed(letter: bytes, domain: str, authserv_id: str) -> bytes:
    """With one more ARC set by `domain`, which vouches for the Authentication-Results of authserv_id."""
    private, _ = key_pair()
    lines = dkim.arc_sign(letter, b"s1", domain.encode(), private, authserv_id.encode())
    return b"".join(lines) + letter


def key_of(domain: str = "example.org") -> dict:
    return {(f"s1._domainkey.{domain}", "TXT"): [key_pair()[1]]}
