"""An inbound letter in hand: read once, whatever asks about it afterwards."""

from dataclasses import dataclass
from functools import cached_property

from archive.parsing import ParsedMessage, parse_message
from archive.prepare import Hints, Letter, letter_of
from mail.models import Inbound
from mail.rules import Authentication


@dataclass
class Incoming:
    """One recipient's share of a spooled letter, its bytes, and (once asked for) what they say."""

    inbound: Inbound
    raw: bytes
    spam_score: float | None = None  # of the filter we asked ourselves
    is_newly_authenticated: bool = False  # and not stored yet

    @cached_property
    def parsed(self) -> ParsedMessage:
        return parse_message(self.raw, arrival=self.inbound.spooled.received_at)

    @cached_property
    def letter(self) -> Letter:
        return letter_of(self.raw, self.parsed, Hints(arrival=self.inbound.spooled.received_at))

    @property
    def authentication(self) -> Authentication:
        return Authentication.from_json(self.inbound.spooled.authentication or {})


def open_letter(inbound: Inbound) -> Incoming:
    return Incoming(inbound, inbound.spooled.raw_bytes)
