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
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from groups.markdown import render_markdown
from groups.polls.counting import Kind

HOW = {
    Kind.SINGLE: gettext_lazy("Answer this mail with the number of one option"),
    Kind.MULTIPLE: gettext_lazy("Answer this mail with the numbers of your options"),
    Kind.RUNOFF: gettext_lazy("Answer this mail with the numbers in your order, the best first"),
    Kind.SCHULZE: gettext_lazy("Answer this mail with the numbers in your order, the best first"),
    Kind.SCORE: gettext_lazy("Answer this mail with points for each option, from 0 to %(highest)s"),
    Kind.DATES: gettext_lazy("Answer this mail with yes, maybe or no for each date in order"),
}


def answers() -> tuple[str, str, str]:
    """Yes, maybe and no, as readers may write them: mail.voting.words must know their translations."""
    # Translators: what people write to answer by mail; it must be one word of mail/voting/words.py
    return pgettext("answer by mail", "yes"), pgettext("answer by mail", "maybe"), pgettext("answer by mail", "no")


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
            return _("A vote stands: it cannot be changed.")
        if self.anonymous:
            return _("To change your mind, answer the mail that confirms your vote: it has your receipt.")
        return _("You may answer again: the last answer counts.")

    @property
    def terms(self) -> str:
        until = _("Open until %(moment)s.") % {"moment": self.closes} if self.closes else ""
        return " ".join(sentence for sentence in (until, self.again, self.shown) if sentence)

    @property
    def how(self) -> str:
        return HOW[self.kind] % {"highest": self.highest}

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
        yes, maybe, no = answers()
        return " ".join((yes, maybe, no)[place % 3] for place in range(many)) if many < 7 else f"1 {yes}, 2 {maybe}"

    @property
    def numbered(self) -> list[tuple[int, str]]:
        return list(enumerate(self.options, 1))


def opened(about: About, *, message_id: str, date: datetime, answers: str = "") -> bytes:
    """`answers`: Message-ID of the letter whose place it takes, where something else is asked now."""
    subject = _asks(about, answers)
    return _letter(about, subject, "opened", message_id, date, {"is_anew": bool(answers)}, answers)


def closed(about: About, *, message_id: str, date: datetime, answers: str, result: Any) -> bytes:
    """`answers`: Message-ID of the letter that told of the poll, so that both are one topic."""
    subject = _asks(about, answers) if answers else _("Poll closed: %(question)s") % {"question": about.question}
    return _letter(about, subject, "closed", message_id, date, {"result": result}, answers)


def _asks(about: About, answers: str) -> str:
    subject = _("Poll: %(question)s") % {"question": about.question}
    return f"Re: {subject}" if answers else subject


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
    context = {"poll": about, "details": render_markdown(about.details), **more}
    letter.set_content(render_to_string(f"mail/polls/{name}.txt", context), cte="quoted-printable")
    html = render_to_string(f"mail/polls/{name}.html", context)
    letter.add_alternative(html, subtype="html", cte="quoted-printable")
    return letter.as_bytes()


def _line(text: str) -> str:
    return " ".join(text.split())
