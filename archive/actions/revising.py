"""Letters that a moderator edits, or blacks something out of. What they were before is kept for moderators (Revision), until it
is destroyed; everybody else sees and takes away only what is left."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from archive.actions import hooks
from archive.actions.removing import forget_authors, recount_authors
from archive.actions.storing import lock_archive, order_index, touch, write_authors
from archive.actions.threading import refresh_summaries
from archive.models import Attachment, Author, Content, Message, Revision, Thread, TopicChange
from archive.naming import letter_url
from archive.prepare import Hints, Letter, prepare
from archive.rewriting import NOBODY, Passages, blacked_out, edited, still_said_in
from archive.search import search
from archive.search.health import INDEX_TASK
from common.doorbell import ring
from groups.actions.log import note
from groups.models import Action, Group, LogEntry

Kind = Revision.Kind
MOST_QUOTES = 200  # letters looked through for the same passage


class RevisionRefused(Exception):
    """It cannot be changed like that; the sentence says why."""


@transaction.atomic
def edit(letter: Message, *, subject: str, text: str, by: User, reason: str = "", again: bool = False) -> int:
    """Give a letter another subject and text; `again`: send it to the members once more. Returns how many copies that makes."""
    subject = " ".join(subject.split())
    if (subject, text.strip()) == (letter.subject, letter.content.text.strip()):
        raise RevisionRefused(_("Nothing was changed."))
    _revise(letter, edited(letter.content.raw_bytes, subject=subject, text=text), Kind.EDITED, by, reason)
    _note(Action.LETTER_CHANGED, letter, by, reason)
    return sum(send(letter) for send in hooks.send_again) if again else 0


@transaction.atomic
def redact(
    letter: Message,
    passages: Sequence[str],
    *,
    by: User,
    reason: str = "",
    without: Sequence[str] = (),
    words: bool = False,
    logged: bool = True,
) -> bool:
    """Black passages out of a letter, everywhere in it; of files with these names nothing but the name is left. False where
    none of that is in it. The log does not say what it was. `words`: not inside of longer words."""
    wanted = Passages(passages, words=words)
    raw = letter.content.raw_bytes
    new = blacked_out(raw, wanted, without_files=without)
    if left := still_said_in(new, wanted):
        said = _("In letter %(number)s it stands in %(where)s as well, and cannot be blacked out there.")
        # Translators: between places of a letter, as "the header Subject and in its text"
        raise RevisionRefused(said % {"number": letter.number, "where": _(" and in ").join(left)})
    if new == raw:
        return False
    _revise(letter, new, Kind.REDACTED, by, reason)
    for file in Attachment.objects.filter(message=letter).exclude(blob=""):
        Attachment.objects.filter(pk=file.pk).update(filename=wanted.out_of(file.filename))
    _black_out_names(letter, wanted)
    if logged:
        _note(Action.LETTER_REDACTED, letter, by, reason)
    return True


def _black_out_names(letter: Message, wanted: Passages) -> None:
    """What moderators called its topic, and names of letters and topics in the log."""
    for thread in Thread.objects.filter(pk=letter.thread_id).exclude(title=""):
        Thread.objects.filter(pk=thread.pk).update(
            title=wanted.out_of(thread.title), subject=wanted.out_of(thread.subject)
        )
    for passage in wanted.passages:
        for entry in LogEntry.objects.filter(group=letter.group_id, about_name__icontains=passage):
            LogEntry.objects.filter(pk=entry.pk).update(about_name=wanted.out_of(entry.about_name), details={})
        for change in TopicChange.objects.filter(group=letter.group_id, sentence__icontains=passage):
            TopicChange.objects.filter(pk=change.pk).update(sentence=wanted.out_of(change.sentence))


def _note(action: Action, letter: Message, by: User, reason: str) -> None:
    url = letter_url(letter.group.slug, letter.number, letter.message_id)
    note(action, group=letter.group, by=by, about=f"letter {letter.number}", url=url, reason=reason)


def _revise(letter: Message, raw: bytes, kind: Kind, by: User, reason: str) -> None:
    """Put other bytes in the place of a letter's, and all that is made from them. Its numbers, identity and place in the thread
    stay: it is the same letter, and a copy of it as it was is a duplicate."""
    archive = lock_archive(letter.group)
    letter.refresh_from_db()
    content = Content.objects.get(pk=letter.pk)
    new = prepare(raw, Hints(arrival=letter.created_at))
    Revision.objects.create(
        message=letter, kind=kind, raw=content.raw, subject=letter.subject, text=content.text,
        content_hash=new.content_hash, by=by, by_name=str(by)[:200], reason=reason.strip()[:500],
    )  # fmt: skip
    author = _author_of(letter, new)
    Message.objects.filter(pk=letter.pk).update(
        subject=new.subject,
        from_name=new.from_name or letter.from_name,
        from_address=new.from_address,
        author=author,
        snippet=new.snippet,
        size=new.size,
        attachment_count=len(new.attachments) + Attachment.objects.filter(message=letter).exclude(blob="").count(),
        edited_at=timezone.now(),
    )
    values = {"raw": new.raw, "text": new.text, "html": new.html, "has_remote": new.has_remote}
    Content.objects.filter(pk=letter.pk).update(**values)
    _write_files(letter, new)
    forget_authors({letter.author_id})
    letter.refresh_from_db()
    refresh_summaries([letter.thread_id], archive.staging)
    touch(archive)
    order_index([letter.pk])
    for say in hooks.changed:
        say(letter)
    ring(INDEX_TASK)


def _author_of(letter: Message, new: Letter) -> int:
    """The author it has from now on: another one where the address was blacked out, or came back."""
    old = letter.author
    if new.from_address == NOBODY:
        new.author_key, new.from_address = f"name:{new.from_name.lower()}"[:320], ""
    if new.from_address.lower() != letter.from_address.lower():
        new.hidden = letter.hidden_at is not None
        (author,) = write_authors(letter.group, [new], count=True).values()
        if author != old.pk and not new.hidden:
            recount_authors([letter], -1)
        return author
    if new.from_name and new.from_name != old.name and not old.messages.exclude(pk=letter.pk).exists():
        Author.objects.filter(pk=old.pk).update(name=new.from_name)
    return old.pk


def _write_files(letter: Message, new: Letter) -> None:
    Attachment.objects.filter(message=letter, blob="").delete()
    Attachment.objects.bulk_create(
        Attachment(
            message=letter,
            group_id=letter.group_id,
            index=part.index,
            filename=part.filename[:255],
            content_type=part.content_type[:127],
            size=part.size,
            sha256=part.sha256,
            content_id=part.content_id[:255],
            inline=part.inline,
            sent_at=letter.sent_at,
        )
        for part in new.attachments
    )


def quoted_in(letter: Message, passages: Sequence[str], *, reader: User) -> list[Message]:
    """Other letters of the group in which one of the passages stands: those of its topic, and what a search finds."""
    near = list(Message.objects.filter(thread=letter.thread_id).values_list("pk", flat=True)[:MOST_QUOTES])
    found = quoted_in_group(letter.group, passages, reader=reader, near=near)
    return [each for each in found if each.pk != letter.pk]


def quoted_in_group(
    group: Group,
    passages: Sequence[str],
    *,
    reader: User,
    near: Sequence[int] = (),
    most: int = MOST_QUOTES,
    words: bool = False,
) -> list[Message]:
    """Letters of the group in which one of the passages stands, of those `near` and of what a search finds. `words`: also in
    their headers."""
    wanted = Passages(passages, words=words)
    candidates = set(near) if wanted.passages else set()
    for passage in wanted.passages[:10]:
        phrase = passage.replace('"', " ")
        question = f'"{phrase}" OR to:"{phrase}" OR from:"{phrase}"' if words else f'"{phrase}"'
        found = search(question, user=reader, group=group, limit=most, group_threads=False)
        candidates.update(hit.message.pk for hit in found.hits)
    letters = Message.objects.filter(group=group, pk__in=candidates).select_related("content", "group")
    # The headers of a letter are not looked through here: with `words` everything that was found is.
    return [each for each in letters.defer("content__raw").in_order() if words or _says(each, wanted)]


def _says(letter: Message, wanted: Passages) -> bool:
    content = letter.content
    return bool(wanted.found_in(f"{letter.subject}\n{content.text}") or wanted.found_in_html(content.html))


@transaction.atomic
def destroy_original(revision: Revision, *, by: User) -> None:
    """Leave of a revision only that it was made: nobody can read any more what was there before."""
    Revision.objects.filter(pk=revision.pk).update(raw=b"", subject="", text="")
    url = letter_url(revision.message.group.slug, revision.message.number, revision.message.message_id)
    about = f"what letter {revision.message.number} was before"
    note(Action.LETTER_DESTROYED, group=revision.message.group, by=by, about=about, url=url)


@transaction.atomic
def restore(revision: Revision, *, by: User) -> None:
    """Give a letter back what it was before a revision. The one that is replaced is kept like any other."""
    if not bytes(revision.raw):
        raise RevisionRefused(_("What it was before is destroyed."))
    letter = Message.objects.select_related("group").get(pk=revision.message_id)
    _revise(letter, revision.raw_bytes, Kind.EDITED, by, "Restored to what it was.")
    if not Revision.objects.filter(message=letter, pk__lt=revision.pk).exists():
        Message.objects.filter(pk=letter.pk).update(edited_at=None)
    _note(Action.LETTER_CHANGED, letter, by, "Restored to what it was.")
