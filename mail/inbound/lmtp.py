"""The LMTP server (RFC 2033) on aiosmtpd, which gives the conversation; here is what LMTP and a spool need of their own:

- one reply per accepted recipient after DATA, whatever the outcome (RFC 2033 §4.2);
- data ends with CRLF.CRLF and nothing else, so that nobody smuggles a second letter past the server before us;
  bare CR, bare LF, NUL, 8-bit octets and long lines are content and kept as they are;
- enhanced status codes (RFC 2034, RFC 3463), PIPELINING (RFC 2920), XFORWARD for the client the relay saw.
"""

import asyncio
import collections
import logging
import re
from typing import Any

from aiosmtpd.lmtp import LMTP
from django.db import DatabaseError

from mail.addressing import LONGEST
from mail.inbound.desk import Desk
from mail.inbound.receiving import Taken
from mail.inbound.spool import Letter
from mail.models import Door

logger = logging.getLogger(__name__)

END = b"\r\n.\r\n"
CHUNK = 256 * 1024
COMMAND_LINE = 4096  # octets; XFORWARD and addresses in UTF-8 are longer than RFC 5321 §4.5.3.1.4 foresees
MOST_RECIPIENTS = 1000
IDLE_SECONDS = 300.0  # RFC 5321 §4.5.3.2
DATA_SECONDS = 1800.0  # for one letter, however slowly it drips

PATH = re.compile(r'<(?:@[^:<>\s"]*:)?((?:"(?:[^"\\]|\\.)*"|[^\s<>"])*)>\s*(.*)\Z', re.DOTALL)
BARE_PATH = re.compile(r"([^\s<>]+)\s*(.*)\Z", re.DOTALL)
CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
HAS_ENHANCED = re.compile(rb"\d\d\d[ -][245]\.\d{1,3}\.\d{1,3} ")
ENHANCED = {
    b"221": b"2.0.0", b"250": b"2.0.0", b"252": b"2.5.0", b"500": b"5.5.2", b"501": b"5.5.4", b"502": b"5.5.1",
    b"503": b"5.5.1", b"552": b"5.3.4", b"553": b"5.1.3", b"555": b"5.5.4",
}  # fmt: skip
XFORWARD = re.compile(r"([A-Za-z]+)=(\S*)")
UNKNOWN = frozenset({"[UNAVAILABLE]", "[TEMPUNAVAIL]"})
NOT_OURS = ("AUTH", "STARTTLS", "EXPN", "HELP")

SAID = {
    Taken.COMMITTED: "250 2.0.0 Accepted",
    Taken.KEPT: "250 2.0.0 Accepted, to be sorted later",
    Taken.REFUSED: "451 4.3.0 Cannot be stored just now, please try again later",
}
TOO_LARGE = "552 5.3.4 The letter is larger than this server takes"
TROUBLE = "451 4.3.0 Something went wrong here, please try again later"
CLOSING = "421 4.3.2 Closing for a moment, please come again"


class Gateway:
    """What all connections of the server share."""

    def __init__(self, desk: Desk, *, hostname: str, size_limit: int, most_connections: int = 100) -> None:
        self.desk = desk
        self.hostname = hostname
        self.size_limit = size_limit
        self.most_connections = most_connections
        self.connections: set[Conversation] = set()
        self.closing = False

    def __call__(self) -> "Conversation":
        return Conversation(self)

    async def close(self, grace: float) -> None:
        """Say goodbye where nothing is under way; let transactions finish for so many seconds."""
        self.closing = True
        for conversation in list(self.connections):
            if conversation.is_idle:
                conversation.say_goodbye(CLOSING)
        deadline = self.desk.loop.time() + grace
        while self.connections and self.desk.loop.time() < deadline:
            await asyncio.sleep(0.02)
        for conversation in list(self.connections):
            conversation.say_goodbye(CLOSING)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients in one transaction"
        try:
            known = await self.desk.knows(address)
        except DatabaseError as problem:
            logger.error("Nobody can say who is known: %s", problem)
            return "451 4.3.0 Cannot look that up just now, please try again later"
        if not known:
            return f"550 5.1.1 <{address}>: there is no such address here"
        envelope.rcpt_tos.append(address)
        return f"250 2.1.5 <{address}> OK"


class TooLarge(Exception):
    """The letter was read to its end, but not kept."""


class Conversation(LMTP):
    """One connection."""

    __ident__ = "Posthouse LMTP"
    command_size_limit = COMMAND_LINE
    command_size_limits = collections.defaultdict(lambda: COMMAND_LINE)
    line_length_limit = CHUNK  # of aiosmtpd's reader: how much it holds before the client has to wait

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self._forwarded: dict[str, str] = {}
        super().__init__(
            gateway,
            data_size_limit=gateway.size_limit,
            enable_SMTPUTF8=True,
            hostname=gateway.hostname,
            ident="Posthouse LMTP",
            timeout=IDLE_SECONDS,
            loop=gateway.desk.loop,
        )
        for command in NOT_OURS:
            self._smtp_methods.pop(command, None)

    # The connection

    def connection_made(self, transport: Any) -> None:
        if self.gateway.closing or len(self.gateway.connections) >= self.gateway.most_connections:
            transport.write(b"421 4.3.2 Too many connections, please come again\r\n")
            transport.close()
            return
        self.gateway.connections.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.gateway.connections.discard(self)
        if self.session is not None:
            super().connection_lost(error)

    def eof_received(self) -> bool:
        """The client says no more, but may still listen: what it said so far is answered."""
        if self.session is not None:
            self._reader.feed_eof()
        return self.session is not None

    def _timeout_cb(self) -> None:
        self.say_goodbye("421 4.4.2 Nothing came for too long")

    @property
    def is_idle(self) -> bool:
        return self.envelope is None or not self.envelope.mail_from

    def say_goodbye(self, words: str) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(words.encode() + b"\r\n")  # type: ignore[attr-defined]
            self.transport.close()

    async def handle_exception(self, error: Exception) -> str:
        if isinstance(error, asyncio.IncompleteReadError):  # the client has gone
            assert self.transport is not None
            self.transport.close()
            return "421 4.4.2 Goodbye"
        logger.error("An LMTP session failed", exc_info=error)
        return TROUBLE

    # Replies and arguments

    async def push(self, status: str | bytes) -> None:
        reply = status.encode("utf-8", "replace") if isinstance(status, str) else status
        code = ENHANCED.get(reply[:3])
        if code and not HAS_ENHANCED.match(reply) and not reply.startswith(b"250-"):
            reply = reply[:4] + code + b" " + reply[4:].removeprefix(b"Error: ")
        await super().push(reply)

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """A path and the parameters behind it; "<>" for the null path, None for what is no address."""
        found = PATH.match(arg.strip()) or BARE_PATH.match(arg.strip())
        if found is None or len(found[1].encode("utf-8", "replace")) > LONGEST or CONTROL.search(found[1]):
            return None, None
        return found[1] or "<>", found[2]

    # Commands

    async def smtp_LHLO(self, arg: str) -> None:
        if not arg:
            await self.push("501 5.5.4 Say LHLO and your name")
            return
        assert self.session is not None
        self._set_rset_state()
        self.session.extended_smtp = True
        self.session.host_name = arg
        offers = (
            self.hostname, "PIPELINING", f"SIZE {self.data_size_limit}", "8BITMIME", "ENHANCEDSTATUSCODES",
            "XFORWARD NAME ADDR PROTO HELO",
        )  # fmt: skip
        await super().push("".join(f"250-{offer}\r\n" for offer in offers) + "250 SMTPUTF8")

    async def smtp_VRFY(self, arg: str) -> None:
        await self.push("252 2.5.0 Send it, and you will see")

    async def smtp_XFORWARD(self, arg: str | None) -> None:
        """What the relay knows of the client it had the letter from (Postfix XFORWARD_README)."""
        if not self.is_idle:
            await self.push("503 5.5.1 Not within a transaction")
            return
        for name, value in XFORWARD.findall(arg or ""):
            self._forwarded[name.upper()] = "" if value.upper() in UNKNOWN else _from_xtext(value)
        await self.push("250 2.0.0 OK")

    def _set_post_data_state(self) -> None:
        super()._set_post_data_state()
        self._forwarded = {}

    async def smtp_DATA(self, arg: str | None) -> None:
        if await self.check_helo_needed("LHLO"):
            return
        assert self.envelope is not None
        if arg or not self.envelope.rcpt_tos:
            await self.push("501 5.5.4 DATA stands alone" if arg else "503 5.5.1 No recipient was accepted")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        recipients = len(self.envelope.rcpt_tos)
        reply = await self._receive()
        self._set_post_data_state()
        await self.push("\r\n".join([reply] * recipients))
        if self.gateway.closing:
            self.say_goodbye(CLOSING)

    async def _receive(self) -> str:
        """Read the data and have it stored. The reply is the same for all recipients: they share one row of bytes."""
        try:
            async with asyncio.timeout(DATA_SECONDS):
                raw = await self._read_data()
            return SAID[await self.gateway.desk.take(self._letter(raw))]
        except TooLarge:
            return TOO_LARGE
        except TimeoutError:
            self.say_goodbye("421 4.4.2 The letter took too long")
            raise asyncio.CancelledError from None
        except Exception:
            logger.exception("A letter could not be taken in")
            return TROUBLE

    async def _read_data(self) -> bytes:
        """Everything up to CRLF.CRLF, without stuffed dots (RFC 5321 §4.5.2). What comes after it is the next command."""
        data = bytearray(b"\r\n")  # the end of the line DATA: a lone dot may follow at once
        too_large = False
        while True:
            chunk = await self._reader.read(CHUNK)
            if not chunk:  # gone in the middle: nothing was promised
                self._writer.close()
                raise asyncio.CancelledError
            self._reset_timeout()
            data += chunk
            end = data.find(END, max(0, len(data) - len(chunk) - len(END) + 1))
            too_large = too_large or (len(data) if end < 0 else end) - 2 > self.gateway.size_limit
            if end >= 0:
                self._reader._buffer[:0] = data[end + len(END) :]  # type: ignore[attr-defined]
                break
            if too_large:
                del data[: -len(END)]
        if too_large:
            raise TooLarge
        del data[end + 2 :]
        return bytes(data.replace(b"\r\n.", b"\r\n")[2:])

    def _letter(self, raw: bytes) -> Letter:
        assert self.envelope is not None and self.session is not None
        sender = self.envelope.mail_from or ""
        return Letter(
            raw=raw,
            envelope_from="" if sender == "<>" else sender,
            recipients=tuple(self.envelope.rcpt_tos),
            door=Door.LMTP,
            client=self._forwarded.get("ADDR", "").removeprefix("IPV6:").removeprefix("IPv6:"),
            helo=self._forwarded.get("HELO", ""),
            smtputf8=bool(self.envelope.smtp_utf8),
        )


def _from_xtext(value: str) -> str:
    """RFC 3461 §4: +XX stands for an octet."""
    octets = re.sub(rb"\+([0-9A-F]{2})", lambda found: bytes([int(found[1], 16)]), value.encode("utf-8", "replace"))
    return CONTROL.sub("", octets.decode("utf-8", "replace"))
