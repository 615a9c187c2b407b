"""The whole way of a letter: strangers' Postfix -> our LMTP server -> rules, archive, copies -> a relay's Postfix -> the world.

Both are real Postfixes, configured as docs/operations.md says: one is the MX of the site, the other its relay. The world refuses
whoever it is told to refuse, and the relay then sends the bounce it would send.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mail.addressing import unseal
from mail.bounces.record import take_refusals
from mail.inbound import pipeline
from mail.inbound.listening import Place
from mail.models import Delivery, Inbound
from mail.outbox.send import Sender
from mail.outbox.session import Address
from scripts.services import free_port
from tests.mail.doors import lmtp_server
from tests.mail.postfix import Postfix, postfix
from tests.mail.relay import FakeRelay, Taken

OPERATIONS = Path(__file__).resolve().parents[2] / "docs/operations.md"
MOST_ROUNDS = 12  # of letters making letters; what goes on for longer never ends


def documented(port: str) -> dict[str, str]:
    """The lines of the first snippet under "Postfix", for our domain and port."""
    (snippet,) = re.findall(r"### Postfix\n.*?```\n(.*?)```", OPERATIONS.read_text(), re.DOTALL)
    lines = snippet.replace("lists.example.org", "posthouse.localhost").replace("8024", port).splitlines()
    return dict(line.split(" = ", 1) for line in lines if " = " in line)


@dataclass
class Copy:
    """What one person got."""

    to: str
    return_path: str
    content: bytes

    @property
    def delivery(self) -> Delivery:
        """The row that the sealed return path names."""
        token = self.return_path.partition("+")[2].partition("@")[0]
        (pk,) = unseal("bounce", token) or (None,)
        return Delivery.objects.get(pk=pk)

    @property
    def fields(self) -> list[bytes]:
        """Header fields as they stand, folded lines in one piece."""
        return re.findall(rb"[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*", self.content.partition(b"\r\n\r\n")[0] + b"\r\n")

    def field(self, name: str) -> bytes:
        (found,) = (each for each in self.fields if each.lower().startswith(name.lower().encode() + b":"))
        return found

    @property
    def body(self) -> bytes:
        return self.content.partition(b"\r\n\r\n")[2]


@dataclass
class Journey:
    """A site with its two mail servers, and the world."""

    mx: Postfix
    relay: Postfix
    world: FakeRelay
    sender: Sender

    def post(self, content: bytes, *to: str, sender: str = "bob@example.org") -> None:
        """Somebody sends a letter; returns when our spool has it."""
        before = Inbound.objects.count()
        assert self.mx.send(sender, to, content) == {}
        self.mx.wait_until(lambda: Inbound.objects.count() >= before + len(to))

    def settle(self) -> None:
        """Let everything that is under way come to its end."""
        for _ in range(MOST_ROUNDS):
            done = pipeline.process_waiting() + self.sender.send_due(take_refusals)
            for server in (self.mx, self.relay):
                server.wait_until(lambda server=server: server.queue() == [])
            if not done and not Inbound.objects.filter(state="received").exists():
                return
        raise AssertionError("Letters make letters without end.")

    def copies(self) -> dict[str, Copy]:
        """Since the last call: address -> what arrived there. Nobody gets two."""
        taken, self.world.letters = self.world.letters, []
        copies = [_copy(each) for each in taken]
        found = {copy.to: copy for copy in copies}
        assert len(found) == len(copies), "somebody got a letter twice"
        return found

    def refuse(self, *addresses: str) -> None:
        for address in addresses:
            self.world.answers[f"RCPT TO:<{address}>"] = "550 5.1.1 No such person here"


def _copy(taken: Taken) -> Copy:
    sender, recipient = (each.partition("<")[2].partition(">")[0] for each in (taken.mail, taken.rcpt))
    return Copy(recipient, sender, taken.content)


@contextmanager
def servers() -> Iterator[tuple[int, Postfix, Postfix, FakeRelay]]:
    """What costs seconds to start and knows nothing of a test: the two Postfixes and the world. The port is for our LMTP."""
    port = free_port()
    where = f"127.0.0.1:{port}"
    with (
        FakeRelay() as world,
        postfix(lmtp=where, **{**documented(str(port)), "mynetworks": "192.0.2.0/24"}) as mx,
        postfix(lmtp=where, relayhost=f"127.0.0.1:{world.port}") as relay,
    ):
        yield port, mx, relay, world


@contextmanager
def journey(port: int, mx: Postfix, relay: Postfix, world: FakeRelay) -> Iterator[Journey]:
    world.letters, world.answers = [], {}
    sender = Sender(Address("127.0.0.1", relay.port), Path(), {})
    with lmtp_server(Place(port=port)):
        yield Journey(mx, relay, world, sender)
        mx.wait_until(lambda: mx.queue() == [])  # the next test has another LMTP server on this port
    sender.line.close()
