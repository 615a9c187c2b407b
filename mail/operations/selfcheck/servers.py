"""What our own servers say when they are asked from outside: the mail server of the domain, the pages, and the clock."""

import ctypes
import http.client
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from mail.inbound.dns import Lookups
from mail.operations.selfcheck.names import addresses_of
from mail.operations.selfcheck.types import Around, Finding, Light

SOON = timedelta(days=14)
UNSYNCHRONISED = 5  # TIME_ERROR of adjtimex(2)


def mail_server(domain: str, hosts: list[str], lookups: Lookups, around: Around) -> list[Finding]:
    """Whether the preferred MX takes mail for us, and speaks TLS with a certificate that will last."""
    title = "Mail server"
    if not hosts:
        return []
    found = addresses_of(hosts[0], lookups)
    if not found:
        return []
    try:
        with _session(found[0], hosts[0], around) as session:
            takes = _takes_mail(session, domain, hosts[0])
        with _session(found[0], hosts[0], around) as session:
            return [takes, _starttls(session, hosts[0], around)]
    except (OSError, smtplib.SMTPException) as error:
        how = "See that it runs, and that port 25 is open to the world. Some providers close it to their own machines."
        return [Finding("server", title, Light.RED, f"{hosts[0]} does not answer: {error}.", how)]


@contextmanager
def _session(address: str, host: str, around: Around) -> Iterator[smtplib.SMTP]:
    """With the host at this address; `host` is whose certificate it must show."""
    session = smtplib.SMTP(timeout=around.seconds)
    try:
        session.connect(address, around.smtp_port)
        session._host = host  # type: ignore[attr-defined]
        session.ehlo()
        yield session
    finally:
        session.close()


def _starttls(session: smtplib.SMTP, host: str, around: Around) -> Finding:
    title = "TLS of the mail server"
    if not session.has_extn("starttls"):
        why = "Letters to us travel in clear; some senders refuse."
        return Finding("tls", title, Light.RED, f"{host} offers no STARTTLS.", why)
    try:
        session.starttls(context=around.tls)
    except ssl.SSLError as error:
        why = "Most senders deliver anyway, those with MTA-STS or DANE do not."
        said = getattr(error, "verify_message", "") or str(error)
        return Finding("tls", title, Light.RED, f"The certificate of {host} is not good: {said}.", why)
    assert isinstance(session.sock, ssl.SSLSocket)
    return _valid_until(session.sock.getpeercert() or {}, "tls", title, host)


def _valid_until(certificate: Any, key: str, title: str, host: str) -> Finding:
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    said = f"The certificate of {host} is good until {until:%Y-%m-%d}."
    if until - datetime.now(UTC) < SOON:
        return Finding(
            key, title, Light.AMBER, said, "That is soon: renew it, and see why it was not renewed by itself."
        )
    return Finding(key, title, Light.GREEN, said)


def _takes_mail(session: smtplib.SMTP, domain: str, host: str) -> Finding:
    """Whether the server behind the MX is ours: it must take mail for our postmaster (RFC 5321 §4.5.1). Nothing is sent."""
    title = "Mail server"
    session.mail("")
    code, words = session.rcpt(f"postmaster@{domain}")
    session.rset()
    said = words.decode("utf-8", "replace").splitlines()[0] if words else ""
    if 200 <= code < 300:
        return Finding("server", title, Light.GREEN, f"{host} takes mail for {domain}.")
    light = Light.AMBER if 400 <= code < 500 else Light.RED
    how = "It must hand mail for this domain to Posthouse: see docs/operations.md, mail in."
    return Finding("server", title, light, f"{host} refuses mail for {domain}: {code} {said}", how)


def pages(url: str, around: Around) -> Finding:
    """Whether the links in our letters can be followed."""
    title, parts = "Web pages", urlsplit(url)
    host = parts.hostname or ""
    try:
        if parts.scheme == "https":
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, parts.port, timeout=around.seconds, context=around.tls
            )
        else:
            connection = http.client.HTTPConnection(host, parts.port, timeout=around.seconds)
        return _asked(connection, url, title)
    except (OSError, http.client.HTTPException) as error:
        how = "Links in letters, and one-click unsubscription, lead there."
        return Finding("https", title, Light.RED, f"{url} cannot be reached: {error}.", how)


def _asked(connection: http.client.HTTPConnection, url: str, title: str) -> Finding:
    try:
        connection.request("GET", "/healthz", headers={"User-Agent": "Posthouse self-check"})
        secured = connection.sock  # it may be gone once the answer is read
        certificate = secured.getpeercert() if isinstance(secured, ssl.SSLSocket) else None
        status = connection.getresponse().status
        if status != 200:
            how = "400: the host is missing in ALLOWED_HOSTS." if status == 400 else "See the log of the web process."
            return Finding("https", title, Light.RED, f"{url}/healthz answers {status}.", how)
        if certificate is None:
            why = "One-click unsubscription wants https (RFC 8058 §3.1)."
            return Finding("https", title, Light.AMBER, f"{url} answers, but without TLS.", why)
        return _valid_until(certificate, "https", title, url)
    finally:
        connection.close()


class _Timex(ctypes.Structure):
    """struct timex of adjtimex(2); `modes` = 0 reads."""

    _fields_ = [("modes", ctypes.c_uint), ("rest", ctypes.c_byte * 508)]


def clock() -> Finding:
    """Whether the kernel knows that something keeps its clock right: signatures and retries bear times."""
    title = "Time"
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.byref(_Timex()))
    except (OSError, AttributeError):
        state = -1
    if state < 0:
        return Finding("time", title, Light.AMBER, "Whether the clock is right cannot be asked on this machine.")
    if state == UNSYNCHRONISED:
        how = "Let systemd-timesyncd, chrony or ntpd run. In a container the machine around it is what matters."
        return Finding("time", title, Light.AMBER, "Nothing keeps the clock of this machine right.", how)
    return Finding("time", title, Light.GREEN, f"The clock is kept right; it is {datetime.now(UTC):%H:%M:%S} UTC.")
