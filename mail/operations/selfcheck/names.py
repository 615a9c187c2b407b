"""What stands in the DNS about a domain: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489), MX, and names of our addresses."""

import base64
import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from mail.inbound.authentication import spf_of
from mail.inbound.dns import DnsTrouble, Lookups
from mail.operations.selfcheck.types import Finding, Light, Record
from mail.outbox.signing import Key

_TAG = re.compile(r"\s*([A-Za-z0-9_]+)\s*=([^;]*)")


@dataclass(frozen=True)
class Names:
    """What is asked about one domain."""

    domain: str
    lookups: Lookups
    addresses: Sequence[str]  # our mail leaves from these
    key: Key | None
    guessed: bool = False  # the addresses are those of the MX, for nobody said which
    mx: Sequence[str] = field(default_factory=tuple)


def ask(key: str, title: str, check: Callable[[], Finding]) -> Finding:
    """The finding; amber where the DNS gave no answer, which is not the same as "there is none"."""
    try:
        return check()
    except DnsTrouble as trouble:
        return Finding(key, title, Light.AMBER, f"The DNS gave no answer: {trouble}.", "Check again in a minute.")


def mail_hosts(domain: str, lookups: Lookups) -> list[str]:
    """The hosts of the MX records, the preferred first."""
    return [host for _, host in sorted(lookups.look_up(domain, "MX"))]


def addresses_of(host: str, lookups: Lookups) -> list[str]:
    return [*lookups.look_up(host, "A"), *lookups.look_up(host, "AAAA")]


def spf(names: Names) -> Finding:
    title = "SPF"
    records = [text for text in names.lookups.texts(names.domain) if text.lower().split(" ")[0] == "v=spf1"]
    servers = (
        [*map(_mechanism, names.addresses), "-all"] if names.addresses else ["mx", "~all"]
    )  # "-all" alone forbids ours
    wanted = Record(names.domain, "TXT", " ".join(["v=spf1", *servers]))
    if not records:
        why = "Receivers cannot tell our servers from others that use the domain’s name."
        return Finding("spf", title, Light.RED, f"{names.domain} publishes no SPF record.", why, wanted)
    if len(records) > 1:
        return Finding(
            "spf", title, Light.RED, "There are several SPF records, which counts as none.", "Keep one.", wanted
        )
    if not names.addresses:
        say = "Set SENDING_IPS to the addresses our mail leaves from, so that it can be tried."
        return Finding("spf", title, Light.AMBER, f"It says {records[0]}", say)
    return _tried(names, records[0], wanted)


def _tried(names: Names, record: str, wanted: Record) -> Finding:
    results = {each: spf_of(each, names.domain, f"bounce@{names.domain}", names.lookups)[0] for each in names.addresses}
    failed = {address: result for address, result in results.items() if result != "pass"}
    if not failed:
        return Finding("spf", "SPF", Light.GREEN, f"{_listed(results)} may send for {names.domain}.", record)
    if "temperror" in failed.values():
        return Finding("spf", "SPF", Light.AMBER, "A name server did not answer in time.", "Check again in a minute.")
    said = ", ".join(f"{address}: {result}" for address, result in failed.items())
    light = Light.AMBER if set(failed.values()) <= {"softfail", "neutral"} else Light.RED
    return Finding("spf", "SPF", light, f"The record does not let us send ({said}).", f"It says now: {record}", wanted)


def _mechanism(address: str) -> str:
    return f"ip{ipaddress.ip_address(address).version}:{address}"


def dkim(names: Names) -> Finding:
    title = "DKIM"
    if names.key is None:
        how = f"Unless the relay signs, make one: manage.py make_dkim_key {names.domain}"
        return Finding("dkim", title, Light.AMBER, f"Posthouse has no key for {names.domain}.", how)
    name = f"{names.key.selector}._domainkey.{names.domain}"
    ours = public_record(names.key)
    wanted = Record(name, "TXT", ours)
    texts = names.lookups.texts(name)
    if not texts:
        why = "Every signature of ours fails, and receivers trust the letters less than unsigned ones."
        return Finding("dkim", title, Light.RED, f"The key is not published at {name}.", why, wanted)
    published = tags_of(texts[0])
    if _bare(published.get("p", "")) != _bare(tags_of(ours)["p"]) or len(texts) > 1:
        said = f"{len(texts)} records stand" if len(texts) > 1 else "Another key than ours stands"
        return Finding("dkim", title, Light.RED, f"{said} at {name}.", "Every signature of ours fails.", wanted)
    if "y" in published.get("t", "").split(":"):
        return Finding(
            "dkim", title, Light.AMBER, "The record says t=y: only a trial.", "Receivers may ignore it.", wanted
        )
    return Finding("dkim", title, Light.GREEN, f"Our key is published at {name}.")


def public_record(key: Key) -> str:
    """Content of the TXT record that belongs to a private key (as make_dkim_key prints it)."""
    private = load_pem_private_key(key.private_pem.encode(), password=None)
    if isinstance(private, ed25519.Ed25519PrivateKey):
        public, kind = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw), "ed25519"
    else:
        assert isinstance(private, rsa.RSAPrivateKey)
        public, kind = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), "rsa"
    return f"v=DKIM1; k={kind}; p={base64.b64encode(public).decode()}"


def tags_of(record: str) -> dict[str, str]:
    """RFC 6376 §3.2."""
    return {name.lower(): value.strip() for name, value in _TAG.findall(record)}


def _bare(text: str) -> str:
    return "".join(text.split())


def dmarc(names: Names) -> Finding:
    """At the domain itself, or above it (RFC 7489 §6.6.3; walked up as dmarcbis has it)."""
    title = "DMARC"
    wanted = Record(f"_dmarc.{names.domain}", "TXT", f"v=DMARC1; p=none; rua=mailto:postmaster@{names.domain}")
    labels = names.domain.split(".")
    for place in range(max(1, len(labels) - 1)):
        above = ".".join(labels[place:])
        records = [
            text for text in names.lookups.texts(f"_dmarc.{above}") if tags_of(text).get("v", "").upper() == "DMARC1"
        ]
        if records:
            return _policy(names, above, records, wanted)
    why = "Large providers want one of everybody who sends to many; p=none is enough for them."
    return Finding("dmarc", title, Light.RED, f"{names.domain} publishes no DMARC policy.", why, wanted)


def _policy(names: Names, place: str, records: Sequence[str], wanted: Record) -> Finding:
    if len(records) > 1:
        return Finding("dmarc", "DMARC", Light.RED, f"Several policies stand at _dmarc.{place}.", "Keep one.", wanted)
    tags = tags_of(records[0])
    policy = (tags.get("sp") if place != names.domain else None) or tags.get("p", "")
    if policy.lower() not in ("none", "quarantine", "reject"):
        return Finding("dmarc", "DMARC", Light.RED, f"“{records[0]}” has no policy that is known.", "", wanted)
    aligned = "Our own mail is from this very domain and signed by it, which aligns in every mode."
    if names.key is None:
        aligned = "Our own mail is from this very domain; its return path aligns, and so would a signature."
    return Finding("dmarc", "DMARC", Light.GREEN, f"The policy is {policy} (at _dmarc.{place}).", aligned)


def mx(names: Names) -> Finding:
    title = "MX"
    wanted = Record(names.domain, "MX", f"10 {names.mx[0] if names.mx else f'mail.{names.domain}'}.")
    if not names.mx:
        why = "Letters to the groups, and bounces, reach nobody."
        return Finding("mx", title, Light.RED, f"{names.domain} has no MX record.", why, wanted)
    lost = [host for host in names.mx if not addresses_of(host, names.lookups)]
    if lost:
        return Finding("mx", title, Light.RED, f"{', '.join(lost)} has no address.", "Give it an A or AAAA record.")
    return Finding("mx", title, Light.GREEN, f"Mail goes to {', '.join(names.mx)}.")


def ptr(names: Names) -> Finding:
    """Forward-confirmed reverse DNS of the addresses our mail leaves from."""
    title = "Reverse DNS"
    if not names.addresses:
        say = "Set SENDING_IPS to the addresses our mail leaves from."
        return Finding("ptr", title, Light.AMBER, "Nobody said which addresses our mail leaves from.", say)
    wrong = [said for address in names.addresses if (said := _unconfirmed(address, names.lookups))]
    if wrong:
        how = "Whoever gave you the address sets its PTR; the name it says must lead back to the address."
        return Finding("ptr", title, Light.RED, " ".join(wrong), how, _pointer(names))
    guessed = (
        "These are the addresses of the MX; set SENDING_IPS where mail leaves from others." if names.guessed else ""
    )
    light = Light.GREEN
    return Finding("ptr", title, light, f"{_listed(names.addresses)}: the name and the address agree.", guessed)


def _pointer(names: Names) -> Record:
    name = ipaddress.ip_address(names.addresses[0]).reverse_pointer
    return Record(name, "PTR", f"{names.mx[0] if names.mx else f'mail.{names.domain}'}.")


def _unconfirmed(address: str, lookups: Lookups) -> str:
    """What is wrong with the address; empty where its name leads back to it."""
    hosts = lookups.look_up(ipaddress.ip_address(address).reverse_pointer, "PTR")
    if not hosts:
        return f"{address} has no name."
    kind = "A" if ipaddress.ip_address(address).version == 4 else "AAAA"
    own = ipaddress.ip_address(address)
    if any(ipaddress.ip_address(found) == own for host in hosts for found in lookups.look_up(host, kind)):
        return ""
    return f"{address} is named {', '.join(hosts)}, which does not lead back to it."


def _listed(addresses: Sequence[str] | dict[str, str]) -> str:
    return ", ".join(addresses)
