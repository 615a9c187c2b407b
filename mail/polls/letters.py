"""Polls as letters: what the group reads when one opens, and when it has closed. Pure: values in, RFC 5322 bytes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from typing import Any

from django.template.loader import render_to_string

from groups.polls.counting import Kind

HOW = {
    Kind.SINGLE: "Answer this mail with the number of one option",
    Kind.MULTIPLE: "Answer this mail with the numbers of your options",
    Kind.RUNOFF: "Answer this mail with the numbers in your order, the best first",
    Kind.SCHULZE: "Answer this mail with the numbers in your order, the best first",
    Kind.SCORE: "Answer this mail with points for each option, from 0 to {highest}",
    Kind.DATES: "Answer this mail with yes, maybe or no for each date in order",
}


@dataclass(frozen=True, slots=True)
class About:
    """A poll, as far as letters tell of it."""

    kind: Kind
    question: str
    details: str
    options: Sequence[str]
    url: str
    group: str
    group_address: str
    maker: str
    maker_address: str
    closes_at: datetime | None = None
    closes: str = ""  # the same in words
    write_ins: bool = False
    highest: int = 5
    limits: str = ""  # "Choose 2 options at most.", where there are limits
    anonymous: bool = False
    may_change: bool = True
    shown: str = ""  # who votes, and who sees the figures, in words
    zone: str = ""  # of the times among the options

    @property
    def again(self) -> str:
        """How to change one's mind."""
        if not self.may_change:
            return "A vote stands: it cannot be changed."
        if self.anonymous:
            return "To change your mind, answer the mail that confirms your vote: it has your receipt."
        return "You may answer again: the last answer counts."

    @property
    def terms(self) -> str:
        until = f"Open until {self.closes}." if self.closes else ""
        return " ".join(sentence for sentence in (until, self.again, self.shown) if sentence)

    @property
    def how(self) -> str:
        return HOW[self.kind].format(highest=self.highest)

    @property
    def example(self) -> str:
        """An answer as this poll wants it, with as many options as there are."""
        many = len(self.options)
        if self.kind is Kind.SINGLE:
            return str(min(2, many))
        if self.kind is Kind.MULTIPLE:
            return "1, 3" if many > 2 else "1, 2"
        if self.kind.ranked:
            order = (2, 1, 3) if many > 2 else (2, 1)
            return " > ".join(map(str, order[:many]))
        if self.kind is Kind.SCORE:
            return f"1: {self.highest}, 2: {self.highest // 2}"
        return " ".join(("yes", "maybe", "no")[place % 3] for place in range(many)) if many < 7 else "1 yes, 2 maybe"

    @property
    def numbered(self) -> list[tuple[int, str]]:
        return list(enumerate(self.options, 1))


def opened(about: About, *, message_id: str, date: datetime, answers: str = "") -> bytes:
    """`answers`: Message-ID of the letter whose place it takes, where something else is asked now."""
    subject = f"Re: Poll: {about.question}" if answers else f"Poll: {about.question}"
    return _letter(about, subject, "opened", message_id, date, {"is_anew": bool(answers)}, answers)


def closed(about: About, *, message_id: str, date: datetime, answers: str, result: Any) -> bytes:
    """`answers`: Message-ID of the letter that told of the poll, so that both are one topic."""
    subject = f"Re: Poll: {about.question}" if answers else f"Poll closed: {about.question}"
    return _letter(about, subject, "closed", message_id, date, {"result": result}, answers)


def _letter(
    about: About, subject: str, name: str, message_id: str, date: datetime, more: dict[str, Any], answers: str = ""
) -> bytes:
    letter = EmailMessage(policy=SMTP if about.maker_address.isascii() else SMTPUTF8)
    letter["From"] = Address(_line(about.maker), addr_spec=about.maker_address)
    letter["To"] = Address(_line(about.group), addr_spec=about.group_address)
    letter["Subject"] = _line(subject)[:250]
    letter["Date"] = format_datetime(date)
    letter["Message-ID"] = f"<{message_id}>"
    if answers:
        letter["In-Reply-To"] = letter["References"] = f"<{answers}>"
    context = {"poll": about, **more}
    letter.set_content(render_to_string(f"mail/polls/{name}.txt", context), cte="quoted-printable")
    html = render_to_string(f"mail/polls/{name}.html", context)
    letter.add_alternative(html, subtype="html", cte="quoted-printable")
    return letter.as_bytes()


def _line(text: str) -> str:
    return " ".join(text.split())
