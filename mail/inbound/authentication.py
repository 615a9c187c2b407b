"""Who really sent it: SPF, DKIM, DMARC and ARC checked at receipt, or taken from a relay that is trusted by name.

Never raises and never waits longer than its budget: what cannot be found out is "temperror", which no rule acts upon.
"""

import ipaddress
import logging
import re
from collections.abc import Collection, Sequence

import dkim
import spf

from archive.parsing.addresses import parse_addresses
from archive.parsing.headers import split_headers
from mail.inbound import dmarc
from mail.inbound.dns import DnsTrouble, Lookups, Record, Resolver
from mail.inbound.results import of_trusted_relay
from mail.rules.types import WRITTEN_HERE, Authentication

BUDGET = 5.0  # seconds for all questions about one letter
MOST_SIGNATURES = 5  # RFC 6376 §6.1 lets a verifier stop somewhere
UNKNOWN = "unknown"  # nobody knows which host sent it: says nothing for or against
_HOST_IN_RECEIVED = re.compile(r"\bfrom\b[^;]*?\[(?:IPv6:)?([0-9a-f.:]{3,45})\]", re.IGNORECASE)
_quiet = logging.getLogger("mail.dkim")
_quiet.addHandler(logging.NullHandler())
_quiet.propagate = False


def authenticate(
    raw: bytes,
    client: str,
    helo: str,
    envelope_from: str,
    resolver: Resolver | None,
    *,
    trusted: Collection[str] = (),
    budget: float = BUDGET,
) -> Authentication:
    """What can be said about the letter's origin. Without a resolver only a trusted relay's word counts."""
    relayed = of_trusted_relay(raw, trusted)
    if relayed is not None and (relayed.dmarc != "none" or resolver is None):
        return relayed
    if resolver is None:
        return Authentication()
    lookups = Lookups(resolver, budget)
    if relayed is None:
        host = sending_host(raw, client)
        spf_found = spf_of(host, helo, envelope_from, lookups)
        signatures, chain, by = _dkim(raw, lookups), _arc(raw, lookups), "us"
    else:
        spf_found, signatures, chain, by = (
            (relayed.spf, relayed.spf_domain),
            list(relayed.dkim),
            relayed.arc,
            relayed.by,
        )
    outcome = dmarc.evaluate(
        _author_domains(raw), spf_found, [(result, domain) for domain, result in signatures], lookups
    )
    spf_result = "none" if spf_found[0] == UNKNOWN else spf_found[0]
    return Authentication(
        spf_result, spf_found[1], tuple(signatures), outcome.result, outcome.domain, outcome.policy, chain, by
    )


def published_policy(raw: bytes, resolver: Resolver | None, *, budget: float = BUDGET) -> Authentication:
    """What the author's domain asks for, of a letter that nobody sent yet: it was written here, by who was signed in."""
    if resolver is None:
        return Authentication()
    outcome = dmarc.evaluate(_author_domains(raw), ("none", ""), [], Lookups(resolver, budget))
    return Authentication(dmarc_domain=outcome.domain, policy=outcome.policy, by=WRITTEN_HERE)


def sending_host(raw: bytes, client: str) -> str:
    """The address of the host outside: the client itself, or, where that is our own relay on this machine or network, whom
    the relay had it from (the topmost Received is the relay's). Empty where nobody knows."""
    if _is_global(client):
        return client
    topmost = next((value for name, value in split_headers(raw).fields if name.lower() == "received"), "")
    found = _HOST_IN_RECEIVED.search(topmost)
    return found[1] if found and _is_global(found[1]) else ""


def _is_global(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False


def _author_domains(raw: bytes) -> list[str]:
    values = [value for name, value in split_headers(raw).fields if name.lower() == "from"]
    return [_ascii(person.address.rpartition("@")[2]) for value in values for person in parse_addresses(value)]


def _ascii(domain: str) -> str:
    """The domain as the DNS knows it (RFC 5890)."""
    try:
        return domain.strip(". ").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


class _SpfQuery(spf.query):  # type: ignore[misc]
    """pyspf asks the network itself; here it asks us."""

    lookups_of_letter: Lookups

    def dns(self, name: str, qtype: str, cnames: object = None, ignore_void: bool = False) -> list[Record]:
        if not name or any(not 0 < len(label) < 64 for label in name.rstrip(".").split(".")):
            return []
        try:
            found = self.lookups_of_letter.look_up(name, qtype)
        except DnsTrouble as error:
            raise spf.TempError(f"DNS {error}") from None
        if not found and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError("Void lookup limit exceeded")
        return [(text,) for text in found] if qtype == "TXT" else list(found)


def spf_of(host: str, helo: str, envelope_from: str, lookups: Lookups) -> tuple[str, str]:
    """(result, domain that was asked): the envelope sender's, or the HELO name for <> (RFC 7208 §2.4)."""
    local, _, domain = envelope_from.rpartition("@")
    domain = _ascii(domain or helo)
    if not host or not domain or "." not in domain:
        return UNKNOWN, domain
    try:
        query = _SpfQuery(i=host, s=f"{local or 'postmaster'}@{domain}", h=_ascii(helo) or domain)
        query.lookups_of_letter = lookups
        return query.check()[0].lower(), domain
    except Exception:  # pyspf on a record nobody foresaw
        return "permerror", domain


def _dkim(raw: bytes, lookups: Lookups) -> list[tuple[str, str]]:
    """(signing domain, result) of each signature, from the top."""
    try:
        letter = dkim.DKIM(raw, logger=_quiet)
    except Exception:  # not a letter dkimpy can read
        return []
    count = sum(name.lower() == b"dkim-signature" for name, _ in letter.headers)
    return [_signature(letter, place, lookups) for place in range(min(count, MOST_SIGNATURES))]


def _signature(letter: "dkim.DKIM", place: int, lookups: Lookups) -> tuple[str, str]:
    letter.domain = None
    try:
        result = "pass" if letter.verify(place, dnsfunc=_text_of(lookups)) else "fail"
        if result == "pass" and b"l" in letter.signature_fields:
            result = "neutral"  # it covers only the beginning: anybody may have written the rest (RFC 6376 §8.2)
    except DnsTrouble:
        result = "temperror"
    except dkim.ValidationError:  # also what dkimpy says of a body that was changed
        result = "fail"
    except dkim.NaClNotFoundError:
        result = "neutral"  # Ed25519 (RFC 8463), which we cannot check: signers add an RSA signature
    except Exception:
        result = "permerror"
    return (letter.domain or b"").decode("ascii", "replace").lower(), result


def _arc(raw: bytes, lookups: Lookups) -> str:
    if b"arc-seal" not in raw[: 256 * 1024].lower():
        return "none"
    try:
        result: Sequence[bytes] = dkim.ARC(raw, logger=_quiet).verify(dnsfunc=_text_of(lookups))
        return result[0].decode("ascii").lower()
    except DnsTrouble:
        return "temperror"
    except Exception:
        return "fail"


def _text_of(lookups: Lookups):  # type: ignore[no-untyped-def]  # dkimpy's own shape
    def text(name: bytes, timeout: float = 0) -> bytes | None:
        records = lookups.look_up(name.decode("ascii", "replace"), "TXT")
        return records[0] if records else None

    return text
