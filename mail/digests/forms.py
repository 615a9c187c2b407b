"""A digest as a letter, in the three forms a member may choose, and the summary: values in, RFC 5322 bytes out.

html: multipart/alternative, one page with contents and anchors, and its plain twin. plain: RFC 1153. mime: a list of contents and
a multipart/digest (RFC 2046 §5.1.5) with each letter as it came. In the language of the moment, but for what programs read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from django.template.loader import render_to_string
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail.digests.items import LONGEST_TEXT, Item, Topic, topics_of
from mail.transforms.fields import split
from mail.transforms.filtering import without_files
from mail.transforms.secrets import without_tokens

WIDTH = 70  # RFC 1153 §"Message format"
RULE = "-" * WIDTH
SHORT_RULE = "-" * 30
_NEVER = ("return-path", "delivered-to", "x-original-to", "bcc", "dkim-signature", "received", "authentication-results")


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above a digest."""

    group: str
    slug: str
    address: str
    domain: str
    home_url: str
    issue: int
    made_at: datetime
    zone: tzinfo

    @property
    def day(self) -> str:
        return dateformat.format(self.made_at.astimezone(self.zone), _("D, d M Y"))

    @property
    def rfc_day(self) -> str:
        """As RFC 1153 wants it."""
        return f"{self.made_at.astimezone(self.zone):%a, %d %b %Y}"


def html_digest(heading: Heading, items: Sequence[Item]) -> bytes:
    about = {"group": heading.group, "count": _count(items), "day": heading.day}
    letter = _letter(heading, _("%(group)s digest, %(count)s, %(day)s") % about)
    context = {
        "heading": heading,
        "items": items,
        "topics": topics_of(items),
        "count": _count(items),
        "zone": heading.zone,
        "most": LONGEST_TEXT,
    }
    letter.set_content(_rfc1153(heading, items), cte="quoted-printable")
    letter.add_alternative(render_to_string("mail/digest.html", context), subtype="html", cte="quoted-printable")
    return letter.as_bytes()


def plain_digest(heading: Heading, items: Sequence[Item]) -> bytes:
    letter = _letter(heading, f"{heading.group} Digest V{heading.made_at:%y} #{heading.issue}")
    letter.set_content(_rfc1153(heading, items), cte="quoted-printable")
    return letter.as_bytes()


def mime_digest(
    heading: Heading, items: Sequence[Item], raws: Sequence[bytes], unwanted: frozenset[str] = frozenset()
) -> bytes:
    """`unwanted`: the files that copies do not hold either (mail.transforms.filtering)."""
    letter = _letter(heading, f"{heading.group} Digest V{heading.made_at:%y} #{heading.issue}")
    letter.set_content(_contents(heading, items), cte="quoted-printable")
    letter.make_mixed()
    boundary = f"=_digest_{heading.issue}_{int(heading.made_at.timestamp())}"
    whole = letter.as_bytes()
    return _with_digest(whole, [_travelling(raw, unwanted) for raw in raws], boundary)


def _with_digest(whole: bytes, letters: Sequence[bytes], boundary: str) -> bytes:
    """Put the multipart/digest behind the contents. Written by hand: the letters must not be made anew by the email package."""
    mark = boundary.encode()
    parts = [b'Content-Type: multipart/digest; boundary="' + mark + b'"', b""]
    for letter in letters:
        # RFC 2046 §5.1.5: a part of multipart/digest is message/rfc822 unless it says otherwise.
        parts += [b"--" + mark, b"", letter]
    parts += [b"--" + mark + b"--", b""]
    digest = b"\r\n".join(parts)
    outer = _boundary_of(whole)
    closing = b"\r\n--" + outer + b"--"
    head, _, tail = whole.rpartition(closing)
    return head + b"\r\n--" + outer + b"\r\n" + digest + closing + tail


def _boundary_of(whole: bytes) -> bytes:
    return whole.split(b'boundary="', 1)[1].split(b'"', 1)[0]


def _travelling(raw: bytes, unwanted: frozenset[str]) -> bytes:
    """A letter as it came, without what concerned only its way here."""
    fields, body = split(raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n").replace(b"\0", b""))
    fields.remove_where(lambda name, field: name in _NEVER)
    body = without_tokens(fields, body)
    if unwanted:
        body = without_files(fields, body, unwanted)
    return bytes(fields) + b"\r\n" + body


def summary(heading: Heading, items: Sequence[Item]) -> bytes:
    """Only the topics: who wrote, how often, and where to read."""
    topics = topics_of(items)
    count = ngettext("%(count)s topic", "%(count)s topics", len(topics)) % {"count": len(topics)}
    letter = _letter(heading, f"{heading.group}: {count}, {heading.day}")
    lines = [f"* {topic.subject}\n  {_written_by(topic)}\n  {topic.url}\n" for topic in topics]
    letter.set_content("\n".join([_greeting(heading, items), "", *lines]), cte="quoted-printable")
    context = {"heading": heading, "topics": topics, "count": _count(items)}
    letter.add_alternative(render_to_string("mail/summary.html", context), subtype="html", cte="quoted-printable")
    return letter.as_bytes()


def _written_by(topic: Topic) -> str:
    count = len(topic.items)
    said = ngettext("%(count)s message by %(authors)s", "%(count)s messages by %(authors)s", count)
    return said % {"count": count, "authors": topic.authors}


def _letter(heading: Heading, subject: str) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    letter["From"] = Address(heading.group, addr_spec=heading.address)
    letter["To"] = Address(heading.group, addr_spec=heading.address)
    letter["Subject"] = " ".join(subject.split())
    letter["Date"] = format_datetime(heading.made_at)
    letter["Message-ID"] = make_msgid("digest", heading.domain)
    letter["Auto-Submitted"] = "auto-generated"
    letter["MIME-Version"] = "1.0"
    return letter


def _greeting(heading: Heading, items: Sequence[Item]) -> str:
    day = _("%(count)s, %(day)s") % {"count": _count(items), "day": heading.day}
    return f"{heading.group}: {day}\n{heading.home_url}"


def _count(items: Sequence[Item]) -> str:
    return ngettext("%(count)s message", "%(count)s messages", len(items)) % {"count": len(items)}


def _contents(heading: Heading, items: Sequence[Item]) -> str:
    lines = [f"{item.place:>4}. {item.subject} ({item.author})" for item in items]
    return "\n".join([_greeting(heading, items), "", _("Today's Topics:"), "", *lines, ""])


def _rfc1153(heading: Heading, items: Sequence[Item]) -> str:
    title = f"{heading.group} Digest {heading.rfc_day}  Volume {heading.made_at:%y} : Issue {heading.issue}"
    end = f"End of {heading.group} Digest V{heading.made_at:%y} Issue #{heading.issue}"
    blocks = [title, "", _contents(heading, items), RULE, ""]
    for item in items:
        blocks += [_message(item, heading.zone), "", SHORT_RULE, ""]
    return "\n".join([*blocks, end, "*" * len(end), ""])


def _message(item: Item, zone: tzinfo) -> str:
    """A message of an RFC 1153 digest: only the fields that say something, then the text."""
    sender = f"{item.author} <{item.address}>" if item.address and item.author != item.address else item.author
    fields = [
        f"Date: {item.sent_at.astimezone(zone):%a, %d %b %Y %H:%M:%S %z}",
        f"From: {sender}",
        f"Subject: {item.subject}",
        f"Message: {item.place}",
        f"Archived-At: <{item.url}>",
    ]
    files = [f"[{file.name}, {_size(file.size)}: {file.url}]" for file in item.files]
    more = [_("[… the rest: %(url)s]") % {"url": item.url}] if item.is_cut else []
    # A line of 30 hyphens divides messages: one in a letter is indented, so that it does not.
    text = "\n".join(f" {line}" if line.startswith(SHORT_RULE) else line for line in item.text.split("\n"))
    return "\n".join([*fields, "", text, *more, *(["", *files] if files else [])])


def _size(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, round(size / 1024))} KB"
