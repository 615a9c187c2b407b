"""Somebody writes to the machine: as plain text, as HTML alone, or from a phone with the whole mail quoted."""

import re
from email.message import EmailMessage

from django.core import mail as outbox

from groups.models import Group
from mail.inbound import pipeline
from mail.models import Inbound
from tests.mail.letters import arrived

FORMS = ("plain", "html", "phone")
SITE = "posthouse.localhost"
BOB = "Bob <bob@example.org>"
QUOTED = "A mail of the house.\nunsubscribe\nreject\nno\n\nSent by the house"


def letter(
    to: str, words: str = "", *, sender: str = BOB, subject: str = "", form: str = "plain", **headers: str
) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"], message["Message-ID"] = (
        "Mon, 02 Mar 2026 09:00:00 +0000",
        f"<{abs(hash((to, words, sender)))}@x.example>",
    )
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    BODIES[form](message, words)
    return message.as_bytes()


def _plain(message: EmailMessage, words: str) -> None:
    quoted = "\n".join(f"> {line}" for line in QUOTED.splitlines())
    message.set_content(f"{words}\n\nOn Mon, 2 Mar 2026 at 08:00, Gardeners <noreply@{SITE}> wrote:\n{quoted}\n")


def _html(message: EmailMessage, words: str) -> None:
    lines = "<br>".join(QUOTED.splitlines())
    message.set_content(
        f'<html><body><div dir="ltr">{words.replace(chr(10), "<br>")}</div><br><div class="gmail_quote"><div dir="ltr" '
        f'class="gmail_attr">On Mon, 2 Mar 2026 at 08:00 Gardeners wrote:<br></div><blockquote class="gmail_quote">{lines}'
        "</blockquote></div></body></html>",
        subtype="html",
    )


def _phone(message: EmailMessage, words: str) -> None:
    """Text and HTML, with the phone's own line, and the quoted mail below it."""
    quoted = "\n".join(f"> {line}" for line in QUOTED.splitlines())
    message.set_content(
        f"{words}\n\nSent from my iPhone\n\n> On 2 Mar 2026, at 08:00, Gardeners <noreply@{SITE}> wrote:\n> \n{quoted}\n"
    )
    message.add_alternative(
        f'<html><body>{words.replace(chr(10), "<br>")}<br><br><div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br>'
        f'<blockquote type="cite">On 2 Mar 2026, at 08:00, Gardeners wrote:<br><br></blockquote></div><blockquote type="cite">'
        f"<div>{'<br>'.join(QUOTED.splitlines())}</div></blockquote></body></html>",
        subtype="html",
    )


BODIES = {"plain": _plain, "html": _html, "phone": _phone}


def write(
    to: str,
    words: str = "",
    *,
    group: Group | None = None,
    envelope: str | None = None,
    authentication=None,
    **about: str,
) -> Inbound:
    """The letter comes in and is dealt with; the row says what became of it."""
    raw = letter(to, words, **about)
    author = re.search(r"[^<\s]+@[^>\s]+", about.get("sender", BOB))
    sender = author[0] if envelope is None and author else envelope or ""
    inbound = arrived(group, raw, envelope_from=sender, recipient=to, authentication=authentication)
    pipeline.process(inbound.pk)
    inbound.refresh_from_db()
    assert not inbound.error, inbound.error
    return inbound


def command(group: Group, extension: str, words: str = "", **about) -> Inbound:
    return write(f"{group.slug}+{extension}@{SITE}", words, group=group, **about)


def mails(address: str) -> list:
    return [each for each in outbox.outbox if each.to == [address]]


def mail_to(address: str):
    """The only mail to the address."""
    (found,) = mails(address)
    return found


def reply_address(mail) -> str:
    return mail.reply_to[0]


def link_in(mail, page: str = "confirm") -> str:
    return re.search(rf"https?://[^/\s]+(/mail/{page}/\S+)", mail.body)[1]
