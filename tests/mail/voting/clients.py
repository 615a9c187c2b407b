"""Answers as mail programs write them: what somebody typed, and the whole poll quoted as that program quotes."""

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import escape

WHEN = "Mon, 2 Mar 2026 at 08:00"


def answer(
    poll: bytes | EmailMessage,
    words: str,
    *,
    client: str = "gmail",
    sender: str = "Bob <bob@example.org>",
    **headers: str,
) -> bytes:
    """The reply to a copy of the poll, to wherever its Reply-To says."""
    asked = message_from_bytes(poll, policy=policy.default) if isinstance(poll, bytes) else poll
    reply = EmailMessage()
    reply["From"], reply["To"] = sender, str(asked["Reply-To"] or asked["From"])
    reply["Subject"] = f"Re: {asked['Subject']}"
    reply["Date"] = "Mon, 02 Mar 2026 09:00:00 +0000"
    reply["Message-ID"] = f"<{abs(hash((words, sender, client)))}@client.example>"
    reply["In-Reply-To"] = reply["References"] = str(asked["Message-ID"])
    for name, value in headers.items():
        del reply[name.replace("_", "-")]
        reply[name.replace("_", "-")] = value
    text = asked.get_body(("plain",)).get_content()
    CLIENTS[client](reply, words, str(asked["From"]), text)
    return reply.as_bytes()


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def gmail(reply: EmailMessage, words: str, author: str, text: str) -> None:
    reply.set_content(f"{words}\n\nOn {WHEN} {author} wrote:\n\n{_quoted(text)}\n")
    reply.add_alternative(
        f'<div dir="ltr">{_lines(words)}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On {WHEN} '
        f'{escape(author)} wrote:<br></div><blockquote class="gmail_quote">{_lines(text)}</blockquote></div>',
        subtype="html",
    )


def outlook(reply: EmailMessage, words: str, author: str, text: str) -> None:
    """No marks before quoted lines; HTML with a line between."""
    head = f"From: {author}\nSent: Monday, 2 March 2026 08:00\nTo: Gardeners\nSubject: Poll"
    reply.set_content(f"{words}\n\n________________________________\n{head}\n\n{text}\n")
    reply.add_alternative(
        f'<html><body><div style="font-family:Aptos">{_lines(words)}</div><div id="appendonsend"></div><hr tabindex="-1">'
        f'<div id="divRplyFwdMsg" dir="ltr">{_lines(head)}<div>&nbsp;</div></div><div>{_lines(text)}</div></body></html>',
        subtype="html",
    )


def apple(reply: EmailMessage, words: str, author: str, text: str) -> None:
    reply.set_content(
        f"{words}\n\nSent from my iPhone\n\n> On 2 Mar 2026, at 08:00, {author} wrote:\n> \n{_quoted(text)}\n"
    )
    reply.add_alternative(
        f'<html><body dir="auto">{_lines(words)}<br><br><div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br>'
        f'<blockquote type="cite">On 2 Mar 2026, at 08:00, {escape(author)} wrote:<br><br></blockquote></div>'
        f'<blockquote type="cite"><div dir="ltr">{_lines(text)}</div></blockquote></body></html>',
        subtype="html",
    )


def html_only(reply: EmailMessage, words: str, author: str, text: str) -> None:
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in words.splitlines())
    reply.set_content(
        f"<html><head><style>p{{margin:0}}</style></head><body>{paragraphs}<p>--&nbsp;<br>Bob Barrow<br>Nursery</p>"
        f'<blockquote type="cite">{_lines(text)}</blockquote></body></html>',
        subtype="html",
    )


def thunderbird(reply: EmailMessage, words: str, author: str, text: str) -> None:
    """The answer below the quote, and a signature."""
    reply.set_content(
        f"Am 02.03.26 um 08:00 schrieb {author}:\n{_quoted(text)}\n\n{words}\n\n-- \nBob Barrow\nTel. 1 2 3\n"
    )


CLIENTS: dict[str, Callable[[EmailMessage, str, str, str], None]] = {
    "gmail": gmail,
    "outlook": outlook,
    "apple": apple,
    "html": html_only,
    "thunderbird": thunderbird,
}
