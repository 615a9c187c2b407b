"""One letter from a program's standard input, with the envelope from options or the environment of the mail server."""

import os
import re
from collections.abc import Mapping, Sequence

from django.conf import settings

from mail.inbound import spool
from mail.inbound.receiving import Receiver, Taken
from mail.models import Door

EX_DATAERR, EX_NOUSER, EX_TEMPFAIL = os.EX_DATAERR, os.EX_NOUSER, os.EX_TEMPFAIL
FOR_GOOD = frozenset({EX_DATAERR, EX_NOUSER})
FROM_LINE = re.compile(rb"From ([^ \r\n]*)[^\n]*\n")  # mbox: Exim and Postfix (flag F) put one before the letter


class NotTaken(Exception):
    def __init__(self, sentence: str, code: int) -> None:
        super().__init__(sentence)
        self.code = code


def take(raw: bytes, sender: str | None, recipients: Sequence[str], environment: Mapping[str, str]) -> None:
    """Returns once the letter is safe; raises NotTaken with the exit code that says what to do about it."""
    raw, from_line = _without_from_line(raw)
    if not raw:
        raise NotTaken("No letter came on standard input.", EX_DATAERR)
    if len(raw) > settings.MAIL_SIZE_LIMIT:
        raise NotTaken("The letter is larger than this server takes.", EX_DATAERR)
    receiver = Receiver()
    letter = spool.Letter(
        raw=raw,
        envelope_from=_sender(sender, environment, from_line),
        recipients=_recipients(list(recipients), environment, receiver),
        door=Door.PIPE,
        client=environment.get("CLIENT_ADDRESS", ""),
        helo=environment.get("CLIENT_HELO", ""),
    )
    (taken,) = receiver.take([letter])
    if taken is Taken.REFUSED:
        raise NotTaken("The letter cannot be stored just now.", EX_TEMPFAIL)
    if taken is Taken.COMMITTED:
        spool.ring()


def _without_from_line(raw: bytes) -> tuple[bytes, str]:
    found = FROM_LINE.match(raw)
    return (raw[found.end() :], found[1].decode("utf-8", "replace")) if found else (raw, "")


def _sender(given: str | None, environment: Mapping[str, str], from_line: str) -> str:
    """The envelope sender; "MAILER-DAEMON" is how Postfix and mbox write the null path."""
    sender = given if given is not None else environment.get("SENDER", from_line)
    sender = sender.strip().removeprefix("<").removesuffix(">")
    return "" if sender.upper() == "MAILER-DAEMON" else sender


def _from_environment(environment: Mapping[str, str], receiver: Receiver) -> list[str]:
    """RECIPIENT may be what an alias made of it, ORIGINAL_RECIPIENT what the sender wrote; some give EXTENSION apart."""
    given = [environment[name] for name in ("RECIPIENT", "ORIGINAL_RECIPIENT") if environment.get(name)]
    extension = environment.get("EXTENSION", "")
    whole = [_extended(address, extension) for address in given] if extension else []
    return next(([address] for address in (*whole, *given) if receiver.knows(address)), given[:1])


def _extended(address: str, extension: str) -> str:
    local, at, domain = address.rpartition("@")
    return address if local.endswith(("+" + extension, "-" + extension)) else f"{local}+{extension}{at}{domain}"


def _recipients(given: list[str], environment: Mapping[str, str], receiver: Receiver) -> list[str]:
    """All of them if any is known: the others are then answered by us, for the code speaks for the whole letter."""
    recipients = given or _from_environment(environment, receiver)
    if not recipients:
        raise NotTaken("Nobody said whom the letter is for: give --to, or RECIPIENT in the environment.", EX_TEMPFAIL)
    if not any(receiver.knows(recipient) for recipient in recipients):
        raise NotTaken(f"There is no such address here: {', '.join(recipients)}.", EX_NOUSER)
    return recipients
