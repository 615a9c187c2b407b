"""A relay for tests: speaks real SMTP on a free port, keeps what it takes, and answers out of turn where a test says so."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

EXTENSIONS = ("PIPELINING", "SIZE 100000", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES")


@dataclass
class Taken:
    """A letter as it arrived: dots undone."""

    mail: str
    rcpt: str
    content: bytes


@dataclass
class FakeRelay:
    """`answers` maps a command's beginning ("RCPT TO:<bob@") to what is said instead; "drop" hangs up."""

    extensions: tuple[str, ...] = EXTENSIONS
    answers: dict[str, str] = field(default_factory=dict)
    letters: list[Taken] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    before_final: Callable[[], str] | None = None
    tls: ssl.SSLContext | None = None

    def __enter__(self) -> "FakeRelay":
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else each reply waits 40 ms for the last
            threading.Thread(target=self._serve_one, args=(connection,), daemon=True).start()

    def _serve_one(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream, contextlib.suppress(OSError, ValueError):
            self._talk(connection, stream)

    def _talk(self, connection, stream) -> None:
        def say(text: str) -> None:
            connection.sendall(text.encode() + b"\r\n")

        say(self.answers.get("greeting", "220 world.example ESMTP"))
        mail = rcpt = ""
        while line := stream.readline():
            command = line.decode().rstrip("\r\n")
            command = command[:4].upper() + command[4:]  # RFC 5321 §2.4
            self.commands.append(command)
            special = next((text for start, text in self.answers.items() if command.startswith(start)), None)
            if special == "drop":
                return
            if special:
                say(special)
                if special.startswith("421"):
                    connection.shutdown(socket.SHUT_WR)
                    while stream.read(4096):
                        pass
                    return
            elif command.startswith("EHLO"):
                lines = ["world.example", *self.extensions]
                for word in lines[:-1]:
                    say(f"250-{word}")
                say(f"250 {lines[-1]}")
            elif command.startswith("MAIL"):
                if mail:
                    say("503 5.5.1 nested MAIL")
                    continue
                mail, rcpt = command, ""
                say("250 2.1.0 Ok")
            elif command.startswith("RCPT"):
                rcpt = command if mail else ""
                say("250 2.1.5 Ok" if mail else "503 5.5.1 MAIL first")
            elif command == "DATA":
                if not rcpt:
                    say("554 5.5.1 no valid recipients")
                    continue
                say("354 go ahead")
                content = b""
                while (line := stream.readline()) != b".\r\n":
                    if not line:
                        return
                    content += line[1:] if line.startswith(b".") else line
                final = self.before_final() if self.before_final else ""
                if final == "drop":
                    return
                if not final or final.startswith("250"):
                    self.letters.append(Taken(mail, rcpt, content))
                say(final or "250 2.0.0 queued")
                mail = rcpt = ""
            elif command == "RSET":
                mail = rcpt = ""
                say("250 2.0.0 Ok")
            elif command == "STARTTLS" and self.tls:
                say("220 2.0.0 go ahead")
                connection = self.tls.wrap_socket(connection, server_side=True)
                stream = connection.makefile("rb")
            elif command == "QUIT":
                say("221 2.0.0 Bye")
                return
            else:
                say("500 5.5.2 what?")
