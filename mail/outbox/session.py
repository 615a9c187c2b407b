"""An SMTP client for many letters over one connection (RFC 5321), which waits once a letter: PIPELINING (RFC 2920).

The content of one letter, and MAIL, RCPT and DATA of the next, travel together; RFC 2920 §3.1 allows exactly that. When an
answer is handed out, the content of the letter behind it has not left yet: whoever writes answers down in time knows of
every letter the relay took.
"""

import base64
import contextlib
import logging
import re
import socket
import ssl
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from mail.outbox.retry import NO_ANSWER, split_status

CONNECT_TIMEOUT = 30
REPLY_TIMEOUT = 300  # RFC 5321 §4.5.3.2: five minutes for MAIL and RCPT
READ = 65536
LONGEST_REPLY = 100_000
_REPLY_LINE = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?$", re.DOTALL)

logger = logging.getLogger(__name__)


class Stage:
    """Where a letter's way ended."""

    CONNECT, MAIL, RCPT, DATA, END = "connect", "mail", "rcpt", "data", "end"


_STAGES = (Stage.MAIL, Stage.RCPT, Stage.DATA)


class Copy(NamedTuple):
    """One letter to one mailbox: bytes with CRLF line ends."""

    sender: str
    recipient: str
    content: bytes
    smtputf8: bool = False


class Answer(NamedTuple):
    """What the relay said; code 0 where it said nothing."""

    code: int
    status: str  # enhanced status code, RFC 3463
    text: str
    stage: str

    @property
    def is_accepted(self) -> bool:
        return 200 <= self.code < 300 and self.stage == Stage.END


class SessionLost(Exception):
    """The connection is gone, or the relay wants it so (421). Letters without an answer were not taken."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.text or "the connection was lost")
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Address:
    """How to reach the relay. With starttls its certificate must be good for `host`."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    starttls: bool = False
    helo: str = ""

    @property
    def name(self) -> str:
        return f"{self.host}:{self.port}"


class Session:
    """A connection to the relay; use as a context manager, or call open() and close()."""

    def __init__(self, address: Address, timeout: float = REPLY_TIMEOUT) -> None:
        self.address = address
        self.timeout = timeout
        self.extensions: dict[str, str] = {}
        self._socket: socket.socket | None = None
        self._unread = b""
        self._needs_reset = False
        self._ended: Answer | None = None

    def __enter__(self) -> "Session":
        self.open()
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    @property
    def is_open(self) -> bool:
        return self._socket is not None

    def open(self) -> None:
        """Greet, encrypt where asked to, sign in where a user is given. Raises SessionLost."""
        try:
            self._socket = socket.create_connection((self.address.host, self.address.port), CONNECT_TIMEOUT)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.settimeout(self.timeout)
        except OSError as error:
            raise SessionLost(_no_answer(f"{self.address.name}: {error}")) from None
        self._unread, self._needs_reset = b"", False
        try:
            self._expect(self._reply(), Stage.CONNECT)
            self._greet()
            if self.address.starttls:
                self._encrypt()
            if self.address.user:
                self._sign_in()
        except SessionLost:
            self._drop()
            raise

    def close(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.sendall(b"QUIT\r\n")
        self._drop()

    def is_alive(self) -> bool:
        """Whether the relay still listens: a kept connection may have been closed meanwhile (421 while idle)."""
        if self._socket is None:
            return False
        try:
            self._command(b"RSET")
        except SessionLost:
            self._drop()
            return False
        self._needs_reset = False
        return True

    def send(self, copies: Iterable[Copy]) -> Generator[tuple[Copy, Answer]]:
        """Each letter with what the relay said of it, in order. Raises SessionLost; those not yet answered were not taken,
        except perhaps one, whose answer was lost with the connection."""
        before: Copy | None = None
        try:
            for copy in copies:
                refusal = self._impossible(copy)
                if refusal is not None:
                    yield copy, refusal
                    continue
                was, before = before, None
                lost = None
                try:
                    refusal = self._offer(was, copy)
                except SessionLost as problem:
                    if self._ended is None:
                        raise
                    lost = problem  # but not before what was said of the letter before is handed out
                if refusal is None and lost is None:
                    before = copy
                if was is not None and self._ended is not None:
                    yield was, self._ended
                if lost is not None:
                    raise lost
                if refusal is not None:
                    yield copy, refusal
            if before is not None:
                last, before = before, None
                self._write(stuffed(last.content))
                yield last, self._final()
        except SessionLost:
            self._drop()
            raise
        finally:
            if before is not None:  # the caller stopped in the middle: an open letter must not end as if it were whole
                self._drop()

    def _offer(self, before: Copy | None, copy: Copy) -> Answer | None:
        """Send the content that is due and ask for the next letter. None: go on with it. What was said of the one before
        is kept in _ended."""
        self._ended = None
        commands = self._transaction(copy)
        content = stuffed(before.content) if before is not None else b""
        reset, self._needs_reset = self._needs_reset, False
        if "PIPELINING" in self.extensions:
            self._write(content + (b"RSET\r\n" if reset else b"") + b"".join(commands))
            if before is not None:
                self._ended = self._final()
            if reset:
                self._reply()
            return self._judge([self._reply_at(stage) for stage in _STAGES])
        if before is not None:
            self._write(content)
            self._ended = self._final()
        if reset:
            self._command(b"RSET")
        return self._judge(self._one_by_one(commands))

    def _one_by_one(self, commands: list[bytes]) -> list[tuple[int, str]]:
        replies = []
        for command, stage in zip(commands, _STAGES, strict=True):
            self._write(command)
            replies.append(self._reply_at(stage))
            if replies[-1][0] >= 400:
                break
        return replies

    def _judge(self, replies: list[tuple[int, str]]) -> Answer | None:
        """None where DATA was answered with 354 for a recipient that was taken."""
        for stage, (code, text) in zip(_STAGES, replies, strict=False):
            if code >= 400:
                answer = _answer(code, text, stage)
                if len(replies) == len(_STAGES) and replies[-1][0] == 354:
                    # RFC 2920 §3.1: told to go on although nobody is to get it: an empty letter ends it.
                    self._write(b".\r\n")
                    self._reply()
                else:
                    self._needs_reset = True
                return answer
        if replies[-1][0] != 354:
            raise SessionLost(_answer(*replies[-1], Stage.DATA))
        return None

    def _final(self) -> Answer:
        return _answer(*self._reply_at(Stage.END), Stage.END)

    def _reply_at(self, stage: str) -> tuple[int, str]:
        """421 may come at any time, and nothing comes behind it (RFC 5321 §3.8)."""
        code, text = self._reply()
        if code == 421:
            raise SessionLost(_answer(code, text, stage))
        return code, text

    def _transaction(self, copy: Copy) -> list[bytes]:
        options = ""
        if "SIZE" in self.extensions:
            options += f" SIZE={len(copy.content)}"
        if "8BITMIME" in self.extensions and not copy.content.isascii():
            options += " BODY=8BITMIME"
        if "SMTPUTF8" in self.extensions and (copy.smtputf8 or not _is_plain(copy)):
            options += " SMTPUTF8"
        return [
            f"MAIL FROM:<{copy.sender}>{options}\r\n".encode(),
            f"RCPT TO:<{copy.recipient}>\r\n".encode(),
            b"DATA\r\n",
        ]

    def _impossible(self, copy: Copy) -> Answer | None:
        """Refusals that need no question: RFC 6531 §3.2, RFC 1870 §6; and addresses that would be commands."""
        if any(character in copy.sender + copy.recipient for character in "\r\n<>\0"):
            return Answer(553, "5.1.3", "This address cannot be written in an envelope.", Stage.RCPT)
        if not _is_plain(copy) and "SMTPUTF8" not in self.extensions:
            return Answer(553, "5.6.7", "The relay cannot send to addresses beyond ASCII (SMTPUTF8).", Stage.RCPT)
        limit = self.extensions.get("SIZE", "")
        if limit.isdigit() and 0 < int(limit) < len(copy.content):
            return Answer(552, "5.3.4", f"The relay takes letters of at most {limit} bytes.", Stage.MAIL)
        return None

    def _greet(self) -> None:
        helo = (self.address.helo or socket.getfqdn()).encode("ascii", "replace")
        code, text = self._command(b"EHLO " + helo)
        if code >= 500 and code != 521:
            self._expect(self._command(b"HELO " + helo), Stage.CONNECT)
            self.extensions = {}
            return
        self._expect((code, text), Stage.CONNECT)
        lines = (line.partition(" ") for line in text.split("\n")[1:])
        self.extensions = {keyword.upper(): parameters for keyword, _, parameters in lines}

    def _encrypt(self) -> None:
        """RFC 3207; what was said in clear is forgotten, also what a stranger may have slipped in behind it."""
        self._expect(self._command(b"STARTTLS"), Stage.CONNECT)
        assert self._socket is not None
        self._unread = b""
        try:
            self._socket = ssl.create_default_context().wrap_socket(self._socket, server_hostname=self.address.host)
        except (OSError, ValueError) as error:
            raise SessionLost(_no_answer(f"{self.address.name}: {error}")) from None
        self._greet()

    def _sign_in(self) -> None:
        """RFC 4954: PLAIN, or LOGIN where that is all there is."""
        methods = self.extensions.get("AUTH", "").upper().split()
        user, password = self.address.user.encode(), self.address.password.encode()
        if "PLAIN" in methods or "LOGIN" not in methods:
            reply = self._command(b"AUTH PLAIN " + base64.b64encode(b"\0" + user + b"\0" + password))
        else:
            reply = self._command(b"AUTH LOGIN")
            for word in (user, password):
                if reply[0] == 334:
                    reply = self._command(base64.b64encode(word))
        self._expect(reply, Stage.CONNECT)

    def _expect(self, reply: tuple[int, str], stage: str) -> None:
        if not 200 <= reply[0] < 300:
            raise SessionLost(_answer(*reply, stage))

    def _command(self, line: bytes) -> tuple[int, str]:
        self._write(line + b"\r\n")
        return self._reply()

    def _write(self, data: bytes) -> None:
        assert self._socket is not None
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise SessionLost(self._last_words(error)) from None

    def _last_words(self, error: OSError) -> Answer:
        """A relay that says 421 and hangs up while we write: its words tell more than our error."""
        with contextlib.suppress(SessionLost):
            code, text = self._reply()
            if code == 421:
                return _answer(code, text, Stage.CONNECT)
        return _no_answer(f"{self.address.name}: {error}")

    def _reply(self) -> tuple[int, str]:
        """One reply, its lines joined by line feeds."""
        lines: list[str] = []
        size = 0
        while True:
            line = self._line()
            size += len(line)
            found = _REPLY_LINE.match(line)
            if not found or size > LONGEST_REPLY:
                raise SessionLost(_no_answer(f"{self.address.name} does not speak SMTP: {line[:80]!r}"))
            lines.append((found[3] or b"").decode("utf-8", "replace"))
            if found[2] != b"-":
                return int(found[1]), "\n".join(lines) if len(lines) > 1 else lines[0]

    def _line(self) -> bytes:
        while True:
            line, end, rest = self._unread.partition(b"\n")
            if end:
                self._unread = rest
                return line.rstrip(b"\r")
            if self._socket is None or len(self._unread) > LONGEST_REPLY:
                raise SessionLost(_no_answer(f"{self.address.name} does not speak SMTP"))
            try:
                more = self._socket.recv(READ)
            except OSError as error:
                raise SessionLost(_no_answer(f"{self.address.name}: {error}")) from None
            if not more:
                raise SessionLost(_no_answer(f"{self.address.name} closed the connection"))
            self._unread += more

    def _drop(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.close()
        self._socket = None


def stuffed(content: bytes) -> bytes:
    """As it travels after DATA: dots doubled at the start of lines, a line end and the dot behind (RFC 5321 §4.5.2)."""
    if b"\r\n." in content:
        content = content.replace(b"\r\n.", b"\r\n..")
    if content.startswith(b"."):
        content = b"." + content
    return content + (b".\r\n" if content.endswith(b"\r\n") or not content else b"\r\n.\r\n")


def _is_plain(copy: Copy) -> bool:
    return copy.recipient.isascii() and copy.sender.isascii()


def _answer(code: int, text: str, stage: str) -> Answer:
    """Every line of a long reply repeats the enhanced code (RFC 2034 §4): it is kept once."""
    status, words = split_status(text)
    if "\n" in words:
        words = " ".join(split_status(line)[1] for line in words.split("\n"))
    return Answer(code, status, words, stage)


def _no_answer(text: str) -> Answer:
    return Answer(NO_ANSWER, "", text, Stage.CONNECT)
