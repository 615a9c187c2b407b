"""The mail world round the house, in one process: what we send arrives, programs answer it, until nobody has anything to say."""

from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage, Message

from mail.addressing import Kind, parse_recipient
from mail.inbound import pipeline, spool
from mail.models import Delivery, DeliveryState, Door
from mail.outbox.claims import Claimed
from mail.outbox.letters import Letters

ROUNDS = 12
Sent = tuple[str, Message]  # recipient, letter
Reply = tuple[bytes, str, str]  # bytes, envelope sender, recipient


class World:
    """`programs`: for an address, what answers a letter that comes there with letters of its own."""

    def __init__(self, **programs: Callable[[Message, str], list[Reply]]) -> None:
        self.programs = programs
        self.arrived: list[Sent] = []

    def send(self, raw: bytes, envelope_from: str, recipient: str) -> None:
        spool.accept(raw, envelope_from, [recipient], door=Door.LMTP)

    def run(self) -> int:
        """How many rounds it took until all was quiet."""
        for number in range(ROUNDS):
            while pipeline.process_waiting():
                pass
            if not self._deliver():
                return number
        raise AssertionError(f"After {ROUNDS} rounds there is still mail on its way: a loop.")

    def _deliver(self) -> int:
        waiting = list(Delivery.objects.filter(state=DeliveryState.QUEUED).order_by("pk"))
        letters = Letters()
        for each in waiting:
            copy = letters.copy(
                Claimed(
                    each.pk,
                    each.outgoing_id,
                    each.membership_id,
                    each.user_id,
                    each.address,
                    each.domain,
                    0,
                    each.due_at,
                )
            )
            assert copy is not None
            self._arrive(copy.content, copy.sender, copy.recipient)
        Delivery.objects.filter(pk__in=[each.pk for each in waiting]).update(state=DeliveryState.SENT)
        return len(waiting)

    def _arrive(self, raw: bytes, sender: str, recipient: str) -> None:
        message = message_from_bytes(raw)
        self.arrived.append((recipient, message))
        if parse_recipient(recipient).kind is not Kind.NOBODY:
            self.send(raw, sender, recipient)
            return
        for reply in self.programs.get(recipient.partition("@")[0], lambda *_: [])(message, sender):
            self.send(*reply)

    def to(self, address: str) -> list[Message]:
        return [letter for recipient, letter in self.arrived if recipient == address]


def vacation(address: str, *, to_everybody: bool = False, **headers: str) -> Callable[[Message, str], list[Reply]]:
    """A holiday program: to the return path as RFC 3834 wants, or (old ones) to From, Reply-To and To as well."""

    def answer(message: Message, sender: str) -> list[Reply]:
        note = EmailMessage()
        note["From"], note["Subject"] = address, f"Out of office: {str(message['Subject'])[:40]}"
        for name, value in headers.items():
            note[name.replace("_", "-")] = value
        note.set_content("I am away until Monday.\n")
        named = [str(message[name] or "") for name in ("Reply-To", "From", "To")] if to_everybody else []
        found = {each.split("<")[-1].strip("> ") for each in [sender, *named] if "@" in each}
        return [(note.as_bytes(), "" if not to_everybody else address, each) for each in sorted(found - {address})]

    return answer


def bounce(address: str) -> Callable[[Message, str], list[Reply]]:
    """A server that knows nobody, and says so to whoever is the return path."""

    def answer(message: Message, sender: str) -> list[Reply]:
        raw = (
            f"From: MAILER-DAEMON@mx.example.net\r\nTo: {sender}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
            "MIME-Version: 1.0\r\nAuto-Submitted: auto-replied\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
            "--b\r\nContent-Type: text/plain\r\n\r\nNobody here.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
            f"Reporting-MTA: dns; mx.example.net\r\n\r\nFinal-Recipient: rfc822; {address}\r\nAction: failed\r\n"
            "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 unknown\r\n\r\n--b--\r\n"
        )
        return [(raw.encode(), "", sender)]

    return answer
