"""Changing a letter before it goes out: what came in stays in the spool, and the author is sent the difference.

A letter that was changed goes out as plain text with its attachments as they were; whatever signature it bore no longer fits
and is taken off (RFC 6376 §3.7), and a field says that a moderator changed it.
"""

import re
from difflib import unified_diff
from email.message import EmailMessage
from email.policy import SMTP
from secrets import token_hex

import zstandard
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from archive.parsing import parse_message
from archive.prepare import Hints, letter_of
from common.text import storable
from groups.actions.log import note
from groups.models import Action, Waiting
from mail.inbound.incoming import Incoming, open_letter
from mail.inbound.posts import LETTER
from mail.models import Edit, Inbound, InboundState, Spooled
from mail.transforms import parts
from mail.transforms.fields import encoded, split

LONGEST_TEXT = 500_000
MARK = "X-Edited-By-Moderator"
_STALE = frozenset(
    {"content-type", "content-transfer-encoding", "content-disposition", "content-id", "mime-version", "content-md5"}
)
_SEALS = frozenset({"dkim-signature", "arc-seal", "arc-message-signature", "arc-authentication-results"})
_LINE_END = re.compile(rb"\r?\n")


def why_not(incoming: Incoming) -> str:
    """Why the letter cannot be changed; empty where it can."""
    root = parts.read(_LINE_END.sub(b"\r\n", incoming.raw))
    if any(part.is_sealed for part in [root, *root.leaves()]):
        return _("It is signed or encrypted by its author: not a byte of it may change.")
    if len(incoming.letter.text) > LONGEST_TEXT:
        return _("It is too long to be edited here.")
    return ""


@transaction.atomic
def edit(inbound: Inbound, by: User, *, subject: str, text: str) -> bool:
    """Put the changed letter in the place of the one that waits. False where nothing was changed, or it waits no more."""
    incoming = open_letter(inbound)
    raw = changed(incoming.raw, incoming.letter.subject, incoming.letter.text, subject, text)
    if raw is None:
        return False
    before = inbound.spooled
    after = Spooled.objects.create(
        raw=zstandard.compress(raw),
        size=len(raw),
        envelope_from=before.envelope_from,
        door=before.door,
        client=before.client,
        helo=before.helo,
        smtputf8=before.smtputf8,
        received_at=before.received_at,
        sender=before.sender,
        authentication=before.authentication,
    )
    held = Inbound.objects.filter(pk=inbound.pk, state=InboundState.HELD, spooled=before)
    if not held.update(spooled=after, subject=storable(subject)):
        transaction.set_rollback(True)  # somebody else decided, or edited, meanwhile
        return False
    Edit.objects.create(inbound=inbound, by=by, original=before)
    inbound.spooled, inbound.subject = after, subject
    Waiting.objects.open().filter(kind=LETTER, target=inbound.pk).update(title=subject[:250])
    _log(inbound, by)
    return True


def _log(inbound: Inbound, by: User) -> None:
    row = Waiting.objects.filter(kind=LETTER, target=inbound.pk).order_by("-pk").first()
    url = reverse("moderation-item", args=[inbound.group.slug, row.pk]) if row and inbound.group else ""
    note(Action.LETTER_EDITED, group=inbound.group, by=by, about=f"“{inbound.subject}” by {inbound.author}", url=url)


def changed(raw: bytes, old_subject: str, old_text: str, subject: str, text: str) -> bytes | None:
    """The letter with these words; None where they are the same. With another subject alone the body stays byte for byte."""
    text, subject = _plain(text), " ".join(storable(subject).split())
    same_text = text.rstrip() == _plain(old_text).rstrip()
    if same_text and subject == old_subject:
        return None
    raw = _LINE_END.sub(b"\r\n", raw)
    fields, body = split(raw)
    fields.remove(_SEALS)
    fields.set("Subject", encoded(subject, "Subject"))
    fields.set(MARK, "yes")
    if same_text:
        return bytes(fields) + b"\r\n" + body
    fields.remove(_STALE)
    return bytes(fields) + _body(raw, text)


def _plain(text: str) -> str:
    return storable(text).replace("\r\n", "\n").replace("\r", "\n")


def _body(raw: bytes, text: str) -> bytes:
    """From the MIME fields on: the text, and what was attached, as it was."""
    words = EmailMessage(policy=SMTP)
    words.set_content(text.rstrip("\n") + "\n", cte="quoted-printable")
    kept = _attachments(raw)
    if not kept:
        return words.as_bytes()
    del words["MIME-Version"]
    boundary = f"edited-{token_hex(12)}".encode()
    pieces = [words.as_bytes().rstrip(b"\r\n"), *kept]
    head = b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="%s"\r\n\r\n' % boundary
    return head + b"".join(b"--%s\r\n%s\r\n" % (boundary, piece) for piece in pieces) + b"--%s--\r\n" % boundary


def _attachments(raw: bytes) -> list[bytes]:
    root = parts.read(raw)
    texts = {id(part) for part in parts.texts_of(root) or []}
    return [raw[part.head : part.end] for part in root.leaves() if part is not root and id(part) not in texts]


def changes_of(inbound: Inbound) -> str:
    """The difference between what its author sent and what waits now, as lines that begin with - and +; empty: none."""
    first = Edit.objects.filter(inbound=inbound).select_related("original").order_by("pk").first()
    if first is None:
        return ""
    return "\n".join(difference(_words(first.original), _words(inbound.spooled)))


def difference(before: tuple[str, str], after: tuple[str, str]) -> list[str]:
    """Of subject and text; lines that stayed are given two around each change."""
    lines = ([f"Subject: {subject}", "", *text.strip().split("\n")] for subject, text in (before, after))
    old, new = lines
    return [line for line in unified_diff(old, new, lineterm="", n=2) if not line.startswith(("---", "+++", "@@"))]


def _words(spooled: Spooled) -> tuple[str, str]:
    raw = spooled.raw_bytes
    letter = letter_of(raw, parse_message(raw, arrival=spooled.received_at), Hints(arrival=spooled.received_at))
    return letter.subject, letter.text
