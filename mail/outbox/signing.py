"""DKIM signatures (RFC 6376) and ARC seals (RFC 8617) on copies as they leave.

Signed after a copy is made, not once for all: List-Unsubscribe differs in every copy, and one-click unsubscription asks for a
signature that covers it (RFC 8058 §4). A signature by RSA of 2048 bits costs about a millisecond; where the relay signs, no
key is made here and nothing is spent.
"""

import base64
import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

# RFC 6376 §5.4.1, and what RFC 8058 wants covered. From is named once more than it occurs, so that none can be added.
SIGNED = (
    b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"in-reply-to", b"references", b"reply-to", b"sender",
    b"mime-version", b"content-type", b"content-transfer-encoding", b"list-id", b"list-help", b"list-subscribe",
    b"list-unsubscribe", b"list-unsubscribe-post", b"list-post", b"list-owner", b"list-archive", b"archived-at",
)  # fmt: skip
OVERSIGNED = (b"from", b"subject", b"date", b"message-id", b"reply-to")
_SEAL_SET = (b"arc-authentication-results", b"arc-message-signature", b"arc-seal")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:((?:[^\r\n]|\r\n[ \t])*)\r\n")
_WHITE = re.compile(rb"[ \t\r\n]+")
_LINE_WHITE = re.compile(rb"[ \t]+")
_INSTANCE = re.compile(rb"^\s*i\s*=\s*(\d+)\s*(?:;|$)")
_ARC_RESULT = re.compile(rb"[;\s]arc\s*=\s*(none|pass|fail)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Key:
    """A private key, and where its public half stands in the DNS: selector._domainkey.domain."""

    domain: str
    selector: str
    private_pem: str

    @property
    def algorithm(self) -> bytes:
        return b"ed25519-sha256" if isinstance(_private(self.private_pem), ed25519.Ed25519PrivateKey) else b"rsa-sha256"

    def sign(self, data: bytes) -> bytes:
        key = _private(self.private_pem)
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return base64.b64encode(key.sign(hashlib.sha256(data).digest()))  # RFC 8463 §3: of the hash
        return base64.b64encode(key.sign(data, padding.PKCS1v15(), SHA256()))


@lru_cache(maxsize=32)
def _private(pem: str) -> rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey:
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey):
        raise ValueError("DKIM knows RSA and Ed25519 keys only.")
    return key


Field = tuple[bytes, bytes]  # name in small letters, value as it stands


def signed(letter: bytes, key: Key, clock: Callable[[], float] = time.time) -> bytes:
    """The letter with a DKIM-Signature on top, and its ARC set completed where one was begun: an
    ARC-Authentication-Results whose instance has no seal yet."""
    if not letter.endswith(b"\r\n"):
        letter += b"\r\n"  # as the session would: the line end is part of what is signed
    head, _, body = letter.partition(b"\r\n\r\n")
    fields = [(name.lower(), value) for name, value in _FIELD.findall(head + b"\r\n")]
    body_hash = base64.b64encode(hashlib.sha256(relaxed_body(body)).digest())
    stamp = int(clock())
    dkim = _signature(b"DKIM-Signature", b"v=1; ", fields, key, body_hash, stamp)
    return dkim + _sealed(fields, key, body_hash, stamp) + letter


def relaxed_body(body: bytes) -> bytes:
    """RFC 6376 §3.4.4."""
    if b" " in body or b"\t" in body:
        body = _LINE_WHITE.sub(b" ", body).replace(b" \r\n", b"\r\n").removesuffix(b" ")
    body = body.rstrip(b"\r\n")
    return body + b"\r\n" if body else b""


def relaxed_field(name: bytes, value: bytes) -> bytes:
    """RFC 6376 §3.4.2, without the line end."""
    return name.lower() + b":" + _WHITE.sub(b" ", value).strip(b" ")


def _signature(title: bytes, first: bytes, fields: list[Field], key: Key, body_hash: bytes, stamp: int) -> bytes:
    names, covered = _covered(fields)
    unsigned = b" %sa=%s; c=relaxed/relaxed; d=%s; s=%s;\r\n t=%d;\r\n h=%s;\r\n bh=%s;\r\n b=" % (
        first, key.algorithm, key.domain.encode(), key.selector.encode(), stamp, _folded(names, b":"), body_hash,
    )  # fmt: skip
    return _finished(title, unsigned, covered, key)


def _finished(title: bytes, unsigned: bytes, covered: list[bytes], key: Key) -> bytes:
    """The field with its own value, still without b=, signed last of all (RFC 6376 §3.7)."""
    data = b"".join(line + b"\r\n" for line in covered) + relaxed_field(title, unsigned)
    signature = key.sign(data)
    lines = b"\r\n ".join(signature[at : at + 74] for at in range(0, len(signature), 74))
    return title + b":" + unsigned + lines + b"\r\n"


def _covered(fields: list[Field]) -> tuple[list[bytes], list[bytes]]:
    """Names for h=, and the canonical lines in the same order: of several with one name the last comes first (§5.4.2)."""
    names: list[bytes] = []
    lines: list[bytes] = []
    present = {name for name, _ in fields}
    for wanted in SIGNED:
        if wanted in present:
            for name, value in reversed(fields):
                if name == wanted:
                    names.append(name)
                    lines.append(relaxed_field(name, value))
        if wanted in OVERSIGNED:
            names.append(wanted)
    return names, lines


def _folded(names: list[bytes], between: bytes) -> bytes:
    lines, line = [], b""
    for name in names:
        if len(line) + len(name) > 66:
            lines.append(line)
            line = b""
        line += name + between
    return b"\r\n  ".join([*lines, line]).rstrip(between)


def _sealed(fields: list[Field], key: Key, body_hash: bytes, stamp: int) -> bytes:
    """ARC-Seal and ARC-Message-Signature of the set that the letter's topmost ARC-Authentication-Results begins."""
    sets = _arc_sets(fields)
    instance = max(sets, default=0)
    if not instance or sorted(sets[instance]) != [_SEAL_SET[0]]:
        return b""
    results = sets[instance][_SEAL_SET[0]]
    found = _ARC_RESULT.search(results)
    chain = found[1].lower() if found else b"none"
    if instance == 1:
        chain = b"none"
    elif chain != b"pass":
        chain = b"fail"
    signature = _signature(b"ARC-Message-Signature", b"i=%d; " % instance, fields, key, body_hash, stamp)
    sets[instance][_SEAL_SET[1]] = signature.partition(b":")[2]
    unsigned = b" i=%d; a=%s; cv=%s; d=%s; s=%s;\r\n t=%d;\r\n b=" % (
        instance, key.algorithm, chain, key.domain.encode(), key.selector.encode(), stamp,
    )  # fmt: skip
    # RFC 8617 §5.1.2: a failed chain is sealed over the new set alone.
    covered = [
        relaxed_field(name, sets[number][name])
        for number in sorted(sets)
        for name in _SEAL_SET
        if name in sets[number] and (chain != b"fail" or number == instance)
    ]
    return _finished(b"ARC-Seal", unsigned, covered, key) + signature


def _arc_sets(fields: list[Field]) -> dict[int, dict[bytes, bytes]]:
    sets: dict[int, dict[bytes, bytes]] = {}
    for name, value in fields:
        found = _INSTANCE.match(value) if name in _SEAL_SET else None
        if found:
            sets.setdefault(int(found[1]), {}).setdefault(name, value)
    return sets
