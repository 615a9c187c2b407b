"""The letters of a thread's page and its outline as HTML. Written here and not in templates for the same reason as archive.rows:
there are hundreds of them. Whatever people wrote goes through `escape`, or was made safe by archive.rendering."""

from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe

from archive.bodies import File, attachment_url
from archive.conversation import Conversation, Entry, Shown
from archive.naming import reply_url, report_url
from archive.reading import Reading
from archive.rendering.addresses import mask_text
from archive.rows import file_size, joined
from groups.models import Right


def articles(talk: Conversation) -> SafeString:
    """The letters of the page; in a tree, answers in branches that fold."""
    acts = _Acts(talk.reading, takes_replies=talk.takes_replies)
    return joined(_article(letter, talk.reading, acts) + _branches(letter) for letter in talk.letters)


def outline(talk: Conversation) -> SafeString:
    """The lines of all letters of the thread, each a link to its letter."""
    return joined(map(_line, talk.outline))


def attached(files: Sequence[File], reading: Reading, number: int) -> SafeString:
    """The attachments of letter `number` as a list; nothing where there are none."""
    if not files:
        return SafeString("")
    items = "".join(_file(file, reading, number) for file in files)
    return mark_safe(f'<ul class="att" aria-label="Attachments">{items}</ul>')  # noqa: S308


def _article(letter: Shown, reading: Reading, acts: "_Acts") -> str:
    unread = " unread" if letter.is_new else ""
    subject = letter.subject if reading.sees_addresses else mask_text(letter.subject)
    heading = f'<h3 dir="auto">{escape(subject)}</h3>' if subject else ""
    return (
        f'<article class="msg{unread}" id="n{letter.number}">\n{_head(letter)}\n'
        f"{heading}{_body(letter)}{attached(letter.files, reading, letter.line.number)}{acts.of(letter)}</article>"
    )


class _Acts:
    """What a signed-in reader may do with the letters of a page."""

    def __init__(self, reading: Reading, *, takes_replies: bool) -> None:
        self.slug = reading.slug
        self.replies = reading.user is not None and takes_replies
        self.reports = reading.visit.standing.is_member
        self.tools = any(map(reading.visit.may, (Right.TOPICS, Right.LETTERS, Right.DESTROY)))

    def of(self, letter: Shown) -> str:
        if not (self.replies or self.tools or self.reports):
            return ""
        name = escape(letter.name)
        links = ""
        if self.replies:
            url = escape(reply_url(self.slug, letter.line.number))
            links = f'<a href="{url}" data-key-reply aria-label="Reply to {name}, letter {letter.number}">Reply</a>'
        if self.tools:
            links += f' <a href="{escape(letter.url)}#tools" aria-label="Tools for letter {letter.number}">Tools</a>'
        if self.reports:
            url = escape(report_url(self.slug, letter.line.number))
            links += f' <a href="{url}" rel="nofollow" aria-label="Report letter {letter.number}">Report</a>'
        return f'<p class="acts">{links}</p>'


def _head(letter: Shown) -> str:
    author = f'<a class="quiet" href="{letter.author_url}"><bdi>{escape(letter.name)}</bdi></a>'
    answers = ""
    edited = " · edited by a moderator" if letter.line.edited_at else ""
    if letter.answers:
        answers = f' · answers <a href="{escape(letter.answers_href)}"><bdi>{escape(letter.answers)}</bdi></a>'
    return (
        f'<header>{letter.face}<span><strong role="heading" aria-level="2">{author}</strong>'
        f"<small>{letter.date}{answers}{edited}</small></span>"
        f'<a class="num" href="{escape(letter.url)}" data-key-open>#{letter.number}</a></header>'
    )


def _body(letter: Shown) -> str:
    if letter.too_long:
        words = f"This letter is very long ({file_size(letter.line.size)}): read it on its own page."
        return f'<p class="too-long"><a href="{escape(letter.url)}">{words}</a></p>'
    return f'<div class="body" dir="auto">{letter.body}</div>'


def _branches(letter: Shown) -> str:
    opening = ""
    if letter.opens:
        words = "1 answer" if letter.opens == 1 else f"{letter.opens} answers"
        opening = f'\n<details class="branch" open><summary>{words}</summary>'
    return opening + "</details>" * letter.closes


def _line(entry: Entry) -> str:
    marked, said = (' class="n"', ' <span class="unseen">(new)</span>') if entry.is_new else ("", "")
    return (
        f'<li style="--d:{entry.depth}"{marked}>'
        f'<a href="{escape(entry.href)}"><bdi>{escape(entry.name)}</bdi>, {entry.when}{said}</a></li>'
    )


def _file(file: File, reading: Reading, number: int) -> str:
    url = escape(attachment_url(reading.slug, number, file))
    picture = f'<img src="{url}" alt="" loading="lazy">' if file.is_picture else ""
    label = escape(file.label if reading.sees_addresses else mask_text(file.label))
    return f'<li><a href="{url}">{picture}<bdi>{label}</bdi> <span class="soft">{file_size(file.size)}</span></a></li>'
