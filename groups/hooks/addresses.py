"""Where webhooks may go. An owner of a group is no operator: what they name must not lead into the network that the site
stands in (server-side request forgery). Every address of a name is checked, and the connection goes to a checked one, so that
a name which changes between the check and the connection (DNS rebinding) gains nothing.
"""

import ipaddress
import socket
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
RESOLVING = 5  # seconds

# The IANA registries of special-purpose addresses (RFC 6890 and later), written out: what `is_global` says has changed between
# releases of Python.
_SHUT_V4 = (
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 "
    "192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
)
_SHUT_V6 = (
    "::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8"
)
_SHUT = tuple(ipaddress.ip_network(network) for network in (*_SHUT_V4.split(), *_SHUT_V6.split()))
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the IPv4 address is in the last 32 bits


class Refused(Exception):
    """A sentence why nothing is sent there."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a webhook goes: its URL taken apart, and the checked addresses of its host."""

    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]


def target_of(url: str) -> Target:
    """Raises Refused, with a sentence for whoever made the hook."""
    parts = parts_of(url)
    host, port = parts.hostname or "", _port(parts)
    found = _resolve(host, port)
    _refuse_closed(found)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path, tuple(map(str, found)))


def parts_of(url: str) -> SplitResult:
    """What can be said of a URL without asking the DNS. Raises Refused."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", _port(parts)
        host.encode("ascii" if host.isascii() else "idna")
    except (ValueError, UnicodeError):
        raise Refused(_("This is not a web address.")) from None
    if not host or not url.isascii() or any(c.isspace() or not c.isprintable() for c in url):
        raise Refused(_("This is not a web address: write it as https://example.com/path, in ASCII."))
    schemes = ("https", "http") if settings.WEBHOOKS_ALLOW_HTTP else ("https",)
    if parts.scheme not in schemes:
        raise Refused(_("The address must begin with https://."))
    if parts.username is not None or parts.password is not None:
        raise Refused(_("The address must not hold a name or a password: the signature says who sends."))
    if parts.fragment:
        raise Refused(_("The address must not hold a “#”."))
    if port not in (443, *((80,) if "http" in schemes else ()), *settings.WEBHOOKS_PORTS):
        raise Refused(_("Port %(port)s is not open for webhooks.") % {"port": port})
    literal = _literal(host)
    if literal is not None:
        _refuse_closed([literal])
    return parts


def _port(parts: SplitResult) -> int:
    return parts.port or (80 if parts.scheme == "http" else 443)


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def lookup(host: str, port: int) -> list[str]:
    """Every address of a host, as the system resolves it."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _resolve(host: str, port: int) -> list[Address]:
    texts = dict.fromkeys(_lookup_in_time(host, port))
    if not texts:
        raise Refused(_("The name %(host)s cannot be resolved.") % {"host": host})
    return [ipaddress.ip_address(text.partition("%")[0]) for text in texts]


def _lookup_in_time(host: str, port: int) -> list[str]:
    """Nothing where it has no address, or the answer does not come: getaddrinfo knows no time limit of its own."""
    found: list[str] = []

    def look() -> None:
        with suppress(OSError, UnicodeError):
            found.extend(lookup(host, port))

    thread = threading.Thread(target=look, name="webhook-name", daemon=True)
    thread.start()
    thread.join(RESOLVING)
    return [] if thread.is_alive() else found


def _refuse_closed(addresses: Sequence[Address]) -> None:
    own = own_addresses()
    for address in addresses:
        if is_allowed(address):
            continue
        if is_shut(address):
            raise Refused(_("The address leads into a private or special network, where webhooks do not go."))
        if address in own:
            raise Refused(_("The address is that of this site itself."))


def own_addresses() -> frozenset[Address]:
    """Of the site itself; none where its name cannot be resolved here."""
    parts = urlsplit(settings.SITE_URL)
    texts = _lookup_in_time(parts.hostname or "", _port(parts))
    return frozenset(ipaddress.ip_address(text.partition("%")[0]) for text in texts)


def is_allowed(address: Address) -> bool:
    """Whether the operator opened a network that it belongs to (WEBHOOKS_ALLOW_PRIVATE)."""
    return _in_any(_inside(address), map(ipaddress.ip_network, settings.WEBHOOKS_ALLOW_PRIVATE))


def is_shut(address: Address) -> bool:
    inner = _inside(address)
    if isinstance(inner, ipaddress.IPv6Address) and (inner.sixtofour or inner.teredo):
        return True  # tunnels to an IPv4 address of somebody's choice (RFC 3056, RFC 4380); nobody has a server there
    return _in_any(inner, _SHUT)


def _inside(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for (mapped, RFC 4291 §2.5.5.2; NAT64, RFC 6052), else the address."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _in_any(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
