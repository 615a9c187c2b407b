"""A real HTTP server that keeps what it is told, and answers as a test wants."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Respond = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Receiver:
    port: int = 0
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)
    free: threading.Event = field(default_factory=threading.Event)  # for one that hangs until the test lets it go
    respond: Respond | None = None
    code: int = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/in?x=1"


@contextmanager
def receiver(code: int = 200, respond: Respond | None = None, wrap: Any = None) -> Iterator[Receiver]:
    kept = Receiver(code=code, respond=respond)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            kept.came.set()
            if kept.respond is not None:
                kept.respond(self)
                return
            self.send_response(kept.code)
            self.end_headers()
            self.wfile.write(b"thanks")

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: Any) -> None:
            pass  # whoever sent hung up

    server = Server(("127.0.0.1", 0), Handler)
    if wrap is not None:
        server.socket = wrap(server.socket)
    kept.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        kept.free.set()
        server.shutdown()
        server.server_close()
