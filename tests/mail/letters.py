"""Letters as they come in, and the rows they make; everything is as a well-behaved member would send it unless said."""

from email.message import EmailMessage

import zstandard

from groups.models import Group
from mail.addressing import list_address
from mail.models import Door, Inbound, Spooled


def raw(
    to: str = "gardeners@posthouse.localhost",
    *,
    sender: str = "Bob <bob@example.org>",
    subject: str = "Seed swap",
    body: str = "Forty packets are left.\n",
    message_id: str | None = "<swap-1@example.org>",
    **headers: str,
) -> bytes:
    """RFC 5322 bytes; further headers by name, with _ for -."""
    letter = EmailMessage()
    for name, value in {"From": sender, "To": to, "Subject": subject, "Message-ID": message_id}.items():
        if value:
            letter[name] = value
    letter["Date"] = "Mon, 02 Mar 2026 09:00:00 +0000"
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(body)
    return letter.as_bytes()


def arrived(
    group: Group | None,
    content: bytes | None = None,
    *,
    envelope_from: str = "bob@example.org",
    recipient: str = "",
    **fields,
) -> Inbound:
    """A letter in the spool, not judged yet."""
    if content is None:
        content = raw(list_address(group) if group else recipient)
    spooled = Spooled.objects.create(
        raw=zstandard.compress(content), size=len(content), envelope_from=envelope_from, door=Door.LMTP, **fields
    )
    return Inbound.objects.create(spooled=spooled, group=group, recipient=recipient or list_address(group))
