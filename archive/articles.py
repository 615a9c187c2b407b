"""The letters of a thread's page and its outline as HTML. Written here and not in templates for the same reason as archive.rows:
there are hundreds of them. Whatever people wrote goes through `escape`, or was made safe by archive.rendering."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive import counts
from archive.bodies import File, attachment_url
from archive.conversation import Conversation, Entry, Shown
from archive.counts import file_size
from archive.naming import reply_url, report_url
from archive.reading import Reading
from archive.rendering.addresses import mask_text
from archive.rows import joined
from groups.models import Right


@dataclass(frozen=True, slots=True)
class Words:
    """What letters of a thread say in one language, as HTML; the forms are for %."""

    attachments: str
    reply: str
    reply_to: str
    tools: str
    tools_for: str
    report: str
    report_one: str
    edited: str
    answers: str
    too_long: str
    new: str
    line: str


@lru_cache(maxsize=50)
def _words_of(_language: str) -> Words:
    return Words(
        attachments=escape(_("Attachments")),
        reply=escape(_("Reply")),
        reply_to=escape(_("Reply to %(name)s, letter %(number)s")),
        tools=escape(_("Tools")),
        tools_for=escape(_("Tools for letter %(number)s")),
        report=escape(_("Report")),
        report_one=escape(_("Report letter %(number)s")),
        edited=escape(_("edited by a moderator")),
        # Translators: of a letter; the name of whom it answers
        answers=escape(_("answers %(name)s")),
        too_long=escape(_("This letter is very long (%(size)s): read it on its own page.")),
        new=escape(_("(new)")),
        line=escape(_("%(first)s, %(second)s")),
    )


def words() -> Words:
    return _words_of(get_language() or "")


def articles(talk: Conversation) -> SafeString:
    """The letters of the page; in a tree, answers in branches that fold."""
    acts = _Acts(talk.reading, takes_replies=talk.takes_replies)
    return joined(_article(letter, talk.reading, acts) + _branches(letter) for letter in talk.letters)


def outline(talk: Conversation) -> SafeString:
    """The lines of all letters of the thread, each a link to its letter."""
    here = words()
    return joined(_line(entry, here) for entry in talk.outline)


def attached(files: Sequence[File], reading: Reading, number: int) -> SafeString:
    """The attachments of letter `number` as a list; nothing where there are none."""
    if not files:
        return SafeString("")
    items = "".join(_file(file, reading, number) for file in files)
    return mark_safe(f'<ul class="att" aria-label="{words().attachments}">{items}</ul>')  # noqa: S308


def _article(letter: Shown, reading: Reading, acts: "_Acts") -> str:
    unread = " unread" if letter.is_new else ""
    subject = letter.subject if reading.sees_addresses else mask_text(letter.subject)
    heading = f'<h3 dir="auto">{escape(subject)}</h3>' if subject else ""
    return (
        f'<article class="msg{unread}" id="n{letter.number}">\n{_head(letter, acts.words)}\n'
        f"{heading}{_body(letter)}{attached(letter.files, reading, letter.line.number)}{acts.of(letter)}</article>"
    )


class _Acts:
    """What a signed-in reader may do with the letters of a page."""

    def __init__(self, reading: Reading, *, takes_replies: bool) -> None:
        self.slug = reading.slug
        self.replies = reading.user is not None and takes_replies
        self.reports = reading.visit.standing.is_member
        self.words = words()
        self.tools = any(map(reading.visit.may, (Right.TOPICS, Right.LETTERS, Right.DESTROY)))

    def of(self, letter: Shown) -> str:
        if not (self.replies or self.tools or self.reports):
            return ""
        said = {"name": escape(letter.name), "number": letter.number}
        links, words = "", self.words
        if self.replies:
            url = escape(reply_url(self.slug, letter.line.number))
            links = f'<a href="{url}" data-key-reply aria-label="{words.reply_to % said}">{words.reply}</a>'
        if self.tools:
            url = escape(letter.url)
            links += f' <a href="{url}#tools" aria-label="{words.tools_for % said}">{words.tools}</a>'
        if self.reports:
            url = escape(report_url(self.slug, letter.line.number))
            links += f' <a href="{url}" rel="nofollow" aria-label="{words.report_one % said}">{words.report}</a>'
        return f'<p class="acts">{links}</p>'


def _head(letter: Shown, words: Words) -> str:
    author = f'<a class="quiet" href="{letter.author_url}"><bdi>{escape(letter.name)}</bdi></a>'
    answers = ""
    edited = f" · {words.edited}" if letter.line.edited_at else ""
    if letter.answers:
        name = f'<a href="{escape(letter.answers_href)}"><bdi>{escape(letter.answers)}</bdi></a>'
        answers = f" · {words.answers % {'name': name}}"
    return (
        f'<header>{letter.face}<span><strong role="heading" aria-level="2">{author}</strong>'
        f"<small>{letter.date}{answers}{edited}</small></span>"
        f'<a class="num" href="{escape(letter.url)}" data-key-open>#{letter.number}</a></header>'
    )


def _body(letter: Shown) -> str:
    if letter.too_long:
        said = words().too_long % {"size": file_size(letter.line.size)}
        return f'<p class="too-long"><a href="{escape(letter.url)}">{said}</a></p>'
    return f'<div class="body" dir="auto">{letter.body}</div>'


def _branches(letter: Shown) -> str:
    opening = ""
    if letter.opens:
        opening = f'\n<details class="branch" open><summary>{counts.answers(letter.opens)}</summary>'
    return opening + "</details>" * letter.closes


def _line(entry: Entry, here: Words) -> str:
    marked, said = (' class="n"', f' <span class="unseen">{here.new}</span>') if entry.is_new else ("", "")
    words = here.line % {"first": f"<bdi>{escape(entry.name)}</bdi>", "second": entry.when}
    return f'<li style="--d:{entry.depth}"{marked}><a href="{escape(entry.href)}">{words}{said}</a></li>'


def _file(file: File, reading: Reading, number: int) -> str:
    url = escape(attachment_url(reading.slug, number, file))
    picture = f'<img src="{url}" alt="" loading="lazy">' if file.is_picture else ""
    label = escape(file.label if reading.sees_addresses else mask_text(file.label))
    return f'<li><a href="{url}">{picture}<bdi>{label}</bdi> <span class="soft">{file_size(file.size)}</span></a></li>'
