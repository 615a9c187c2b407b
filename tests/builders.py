"""Rows for tests, made directly: people, groups, and letters with everything a page shows of them.

A letter built here keeps the same counters as a stored one (thread, author, day, archive), so that pages
can be tested without parsing, threading or importing anything.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from html import escape
from typing import Any

import zstandard
from allauth.mfa.models import Authenticator
from django.utils import timezone

from accounts.models import User
from archive.keys import key_of
from archive.models import Archive, Attachment, Author, Content, Day, Message, Thread, Transfer, TransferState
from archive.models.archive import month_key
from groups.models import Group, Membership, Role

FIRST_DATE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"

File = tuple[str, str, bytes]  # name, content type, content


def make_user(name: str = "Alice", **fields: Any) -> User:
    """A person who can sign in with PASSWORD; the address is <name>@example.org unless given."""
    fields.setdefault("email", f"{name.split()[0].lower()}@example.org")
    return User.objects.create_user(password=PASSWORD, name=name, **fields)


def make_operator(name: str = "Olga Operator", **fields: Any) -> User:
    """Somebody who runs the site and has a second factor: the panel at /admin/ opens for them."""
    fields = {"is_staff": True, "is_superuser": True, **fields}
    return with_second_factor(make_user(name, **fields))


def with_second_factor(user: User) -> User:
    """An authenticator app, as if it had been set up."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "unused"})
    return user


def make_group(
    slug: str = "gardeners", *, owner: User | None = None, members: Iterable[User] = (), **fields: Any
) -> Group:
    fields.setdefault("name", slug.replace("-", " ").title())
    group = Group.objects.create(slug=slug, **fields)
    if owner is not None:
        Membership.objects.create(group=group, user=owner, role=Role.OWNER)
    for member in members:
        Membership.objects.create(group=group, user=member, role=Role.MEMBER)
    return group


def make_transfer(group: Group, *, staged: bool = False, **fields: Any) -> Transfer:
    """An import; a staged one is still under way, and its letters are to stay unseen."""
    fields.setdefault("state", TransferState.READING if staged else TransferState.DONE)
    fields.setdefault("name", "letters.mbox")
    transfer = Transfer.objects.create(group=group, staged=staged, **fields)
    if staged:
        archive, _ = Archive.objects.get_or_create(group=group)
        archive.staging = [*archive.staging, transfer.pk]
        archive.save()
    return transfer


def make_message(
    group: Group,
    *,
    subject: str = "Seed swap",
    body: str = "Forty packets are left.\n",
    html: str = "",
    rendered: str | None = None,
    sender: str = "Marta Berg <marta@riverside.example>",
    parent: Message | None = None,
    thread: Thread | None = None,
    sent_at: datetime | None = None,
    message_id: str = "",
    files: Sequence[File] = (),
    hidden: bool = False,
    transfer: Transfer | None = None,
    number: int | None = None,
    raw: bytes | None = None,
    **fields: Any,
) -> Message:
    """One letter with its content, attachments, author and thread. `rendered` is the stored HTML fragment."""
    archive, _ = Archive.objects.get_or_create(group=group)
    number = number or archive.next_number
    sent_at = sent_at or FIRST_DATE + timedelta(minutes=number)
    message_id = message_id or f"letter-{number}@{group.slug}.example"
    references = _references(parent)
    raw = raw or raw_letter(subject, body, html, sender, sent_at, message_id, references, files)
    name, address = parseaddr(sender)
    visible = not hidden and (transfer is None or transfer.pk not in archive.staging)
    author = _author(group, name, address, sent_at, visible)
    if parent is not None:
        thread = parent.thread
    if thread is None:
        thread = Thread.objects.create(group=group, number=number, subject=subject, transfer=transfer)
    message = Message.objects.create(
        group=group,
        number=number,
        message_id=message_id,
        message_id_key=key_of(message_id),
        content_hash=sha256(raw).digest(),
        thread=thread,
        parent=parent,
        references="\n".join(references),
        subject=subject,
        subject_key=key_of(subject.casefold()),
        author=author,
        from_name=name,
        from_address=address,
        sent_at=sent_at,
        **{"utc_offset": 0, "date_raw": format_datetime(sent_at), **fields},
        snippet=" ".join(body.split())[:220],
        size=len(raw),
        attachment_count=len(files),
        hidden_at=timezone.now() if hidden else None,
        transfer=transfer,
    )
    fragment = f'<div class="plain"><p>{escape(body)}</p></div>' if rendered is None else rendered
    Content.objects.create(
        message=message, raw=zstandard.compress(raw), text=body, html=fragment, has_remote="data-remote" in fragment
    )
    _attach(message, files, first_leaf=2 if html else 1)
    _count(archive, message, visible)
    _summarise(thread, archive)
    return message


def make_thread(group: Group, letters: int, *, subject: str = "Blight again", **fields: Any) -> list[Message]:
    """A thread in which every letter answers the one before the last, so that it forks."""
    made: list[Message] = []
    for place in range(letters):
        parent = made[max(0, place - 2)] if made else None
        title = subject if parent is None else f"Re: {subject}"
        made.append(make_message(group, subject=title, parent=parent, **fields))
    return made


def raw_letter(
    subject: str,
    body: str,
    html: str,
    sender: str,
    sent_at: datetime,
    message_id: str,
    references: Sequence[str],
    files: Sequence[File],
) -> bytes:
    """RFC 5322 bytes of a letter, as a mail client would have sent it."""
    letter = EmailMessage(policy.default.clone(utf8=True))
    letter["From"] = sender
    letter["To"] = "list@riverside.example"
    letter["Subject"] = subject
    letter["Date"] = format_datetime(sent_at)
    letter["Message-ID"] = f"<{message_id}>".replace("\n", "")
    if references:
        letter["References"] = " ".join(f"<{one}>" for one in references)
    letter.set_content(body)
    if html:
        letter.add_alternative(html, subtype="html")
    for name, content_type, content in files:
        maintype, subtype = content_type.split("/")
        letter.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    return letter.as_bytes()


def _references(parent: Message | None) -> list[str]:
    return [*parent.references.split(), parent.message_id] if parent is not None else []


def _author(group: Group, name: str, address: str, sent_at: datetime, visible: bool) -> Author:
    author, _ = Author.objects.get_or_create(
        group=group,
        key=address.lower(),
        defaults={"name": name, "address": address, "first_at": sent_at, "last_at": sent_at},
    )
    author.message_count += visible
    author.first_at, author.last_at = min(author.first_at, sent_at), max(author.last_at, sent_at)
    author.save()
    return author


def _attach(message: Message, files: Sequence[File], first_leaf: int) -> None:
    for place, (name, content_type, content) in enumerate(files):
        Attachment.objects.create(
            message=message,
            group=message.group,
            index=first_leaf + place,
            filename=name,
            content_type=content_type,
            size=len(content),
            sha256=sha256(content).hexdigest(),
            sent_at=message.sent_at,
        )


def _count(archive: Archive, message: Message, visible: bool) -> None:
    archive.next_number = max(archive.next_number, message.number + 1)
    archive.version += 1
    archive.changed_at = timezone.now()
    if visible:
        month = month_key(message.sent_at)
        archive.message_count += 1
        archive.monthly[month] = archive.monthly.get(month, 0) + 1
        archive.first_at = min(archive.first_at or message.sent_at, message.sent_at)
        archive.last_at = max(archive.last_at or message.sent_at, message.sent_at)
        day, _ = Day.objects.get_or_create(group=message.group, date=message.sent_at.date(), defaults={"count": 0})
        day.count += 1
        day.save()
    archive.save()


def _summarise(thread: Thread, archive: Archive) -> None:
    seen = list(thread.messages.visible(archive).in_order().select_related("author"))
    before = thread.message_count
    thread.message_count = len(seen)
    if seen:
        first, last = seen[0], seen[-1]
        thread.number = min(thread.number, *(message.number for message in seen))
        thread.starter, thread.last_author = first.author_label, last.author_label
        thread.last_author_key, thread.snippet = last.author.key, last.snippet
        thread.author_count = len({message.author_id for message in seen})
        thread.last_number = max(message.number for message in seen)
        thread.first_at, thread.last_at = first.sent_at, last.sent_at
    thread.save()
    if seen and not before:
        archive.thread_count += 1
        archive.save()
