"""What a report that came back says, as values."""

from dataclasses import dataclass, field
from enum import StrEnum


class Category(StrEnum):
    """What a report means for the address it names; the values are those of mail.models.bounce.Category."""

    HARD = "hard"  # no such mailbox, or no such domain
    FULL = "full"  # over quota
    TEMPORARY = "temporary"  # given up after trouble that may pass
    POLICY = "policy"  # refused for its content, size, sender or reputation: says nothing about the address
    COMPLAINT = "complaint"  # the reader pressed "spam" (RFC 5965)
    AUTO_REPLY = "auto-reply"  # holiday notices, read receipts, tickets (RFC 3834, RFC 8098)
    DELAY = "delay"  # still trying
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient's block of a report (RFC 3464 §2.3). `status` is an enhanced status code (RFC 3463) or empty."""

    address: str
    action: str = ""
    status: str = ""
    diagnostic: str = ""
    category: Category | None = None  # where the report says of each recipient what failed


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report. `addresses` are those that `category` is about, as the report writes them, sorted."""

    category: Category
    addresses: tuple[str, ...] = ()
    status: str = ""
    diagnostic: str = ""
    recipients: tuple[Recipient, ...] = field(default=())
    original_message_id: str = ""  # of the letter that came back, where the report carries it
    is_failure: bool = True  # False: it does not say that a letter was not delivered
