"""What spam filters say: in headers of the letter, or when asked over the network. Nobody answers: the letter goes on."""

import http.client
import json
import logging
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

TIMEOUT = 3.0  # seconds
SCANNER, CONTROLLER = 11333, 11334  # ports of rspamd: the first judges, the second learns
LARGEST = 2 * 1024 * 1024  # bytes shown to a filter
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_SCORES = (
    ("x-spam-score", re.compile(rf"^\s*{_NUMBER}")),
    ("x-spam-status", re.compile(rf"\b(?:score|hits)\s*=\s*{_NUMBER}", re.IGNORECASE)),
    ("x-rspamd-score", re.compile(rf"^\s*{_NUMBER}")),
    ("x-spamd-result", re.compile(rf"\[\s*{_NUMBER}\s*/")),
)
_VERDICT = re.compile(r"^\s*(yes|true)\b", re.IGNORECASE)
_SPAMD_SCORE = re.compile(rf"^spam:\s*\w+\s*;\s*{_NUMBER}\s*/", re.IGNORECASE | re.MULTILINE)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Envelope:
    sender: str
    recipient: str
    client: str
    helo: str


def score_in_headers(headers: Mapping[str, tuple[str, ...]]) -> float | None:
    """The highest score any header names: a sender may write such headers too, but only to his own harm."""
    found = [
        float(match[1])
        for name, pattern in _SCORES
        for value in headers.get(name, ())
        if (match := pattern.search(value))
    ]
    return max(found, default=None)


def flagged_in_headers(headers: Mapping[str, tuple[str, ...]]) -> bool:
    return any(
        _VERDICT.match(value) for name in ("x-spam-flag", "x-spam", "x-spam-status") for value in headers.get(name, ())
    )


def ask(raw: bytes, envelope: Envelope, rspamd_url: str = "", spamd_host: str = "") -> float | None:
    """The score of the configured filter; None where there is none or it does not answer in time."""
    raw = raw[:LARGEST]
    try:
        if rspamd_url:
            return _ask_rspamd(raw, envelope, rspamd_url)
        return _ask_spamd(raw, spamd_host) if spamd_host else None
    except (OSError, http.client.HTTPException, ValueError) as error:
        logger.warning("The spam filter did not answer: %s", error)
        return None


def _ask_rspamd(raw: bytes, envelope: Envelope, url: str) -> float:
    """POST /checkv2, https://docs.rspamd.com/developers/protocol"""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = connect(parts.hostname or "localhost", parts.port or (443 if secure else 11333), timeout=TIMEOUT)
    said = {"From": envelope.sender, "Rcpt": envelope.recipient, "IP": envelope.client, "Helo": envelope.helo}
    headers = {name: value for name, value in said.items() if value and value.isascii() and value.isprintable()}
    try:
        connection.request("POST", f"{parts.path.rstrip('/')}/checkv2", raw, headers)
        answer = connection.getresponse()
        if answer.status != 200:
            raise ValueError(f"rspamd answered {answer.status}")
        found = json.loads(answer.read(1024 * 1024))
        return float(found["score"])
    except (KeyError, TypeError):
        raise ValueError("rspamd named no score") from None
    finally:
        connection.close()


def _ask_spamd(raw: bytes, host: str) -> float:
    """CHECK SPAMC/1.5, spamd/PROTOCOL of SpamAssassin. host: name or name:port."""
    name, _, port = host.partition(":")
    with socket.create_connection((name, int(port or 783)), timeout=TIMEOUT) as connection:
        connection.sendall(b"CHECK SPAMC/1.5\r\nContent-length: %d\r\n\r\n" % len(raw) + raw)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while len(answer) < 65536 and (piece := connection.recv(4096)):
            answer += piece
    found = _SPAMD_SCORE.search(answer.decode("ascii", "replace"))
    if not found:
        raise ValueError("spamd named no score")
    return float(found[1])


def teach(raw: bytes, is_spam: bool, rspamd_url: str = "", spamd_host: str = "") -> bool:
    """Show the letter to the configured filter as spam, or as none; whether it took it."""
    raw = raw[:LARGEST]
    try:
        if rspamd_url:
            return _teach_rspamd(raw, is_spam, rspamd_url)
        return _teach_spamd(raw, is_spam, spamd_host) if spamd_host else False
    except (OSError, http.client.HTTPException, ValueError) as error:
        logger.warning("The spam filter did not learn: %s", error)
        return False


def _teach_rspamd(raw: bytes, is_spam: bool, url: str) -> bool:
    """POST /learnspam or /learnham of the controller; 208: it knew already."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    port = parts.port or (443 if secure else CONTROLLER)
    connection = connect(parts.hostname or "localhost", CONTROLLER if port == SCANNER else port, timeout=TIMEOUT)
    headers = {"Password": parts.password} if parts.password else {}
    try:
        connection.request("POST", f"{parts.path.rstrip('/')}/learn{'spam' if is_spam else 'ham'}", raw, headers)
        return connection.getresponse().status in (200, 204, 208)
    finally:
        connection.close()


def _teach_spamd(raw: bytes, is_spam: bool, host: str) -> bool:
    """TELL SPAMC/1.5, spamd/PROTOCOL of SpamAssassin; spamd must run with --allow-tell."""
    name, _, port = host.partition(":")
    kind = "spam" if is_spam else "ham"
    head = f"TELL SPAMC/1.5\r\nMessage-class: {kind}\r\nSet: local\r\nContent-length: {len(raw)}\r\n\r\n".encode()
    with socket.create_connection((name, int(port or 783)), timeout=TIMEOUT) as connection:
        connection.sendall(head + raw)
        connection.shutdown(socket.SHUT_WR)
        return b" 0 EX_OK" in connection.recv(4096)
