"""A thread as its page shows it: the lines of all its letters (light), and the letters of one page with their bodies.

Two queries however long the thread is: one for the lines, one for the bodies and attachments of a page.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from archive import moments, naming
from archive.bodies import HEAVY, LONG, Body, File, bodies_of, shown_body
from archive.labels import LetterDates
from archive.models import Message
from archive.parsing import base_subject
from archive.reading import Reading
from archive.rendering.addresses import mask_text
from archive.threader import tree_order
from archive.unread import Marks
from common.prepared import Prepared, Slot
from common.templatetags.house import avatar
from common.text import number_in

PAGE = 150  # letters a page
OUTLINE_OPEN = 8  # letters up to which the outline stands open on narrow screens, too
DEEPEST = 8  # answers to answers beyond this stand at the same indent


class Line(NamedTuple):
    """What the outline and the head of a letter need."""

    id: int
    number: int
    parent_id: int | None
    thread_id: int
    message_id: str
    subject: str
    author_id: int
    from_name: str
    from_address: str
    sent_at: datetime
    utc_offset: int | None
    date_raw: str
    date_source: str
    attachment_count: int
    size: int
    edited_at: datetime | None
    thread__title: str
    thread__locked: bool
    thread__lock_reason: str


# As Reading.in_thread().
_lines = Prepared(
    lambda staging: (
        Message.objects.filter(thread__group=Slot("group"), thread__number=Slot("number"))
        .outside(staging)
        .in_order()
        .values_list(*Line._fields)
    )
)


def lines_of(reading: Reading, thread_number: int) -> list[Line]:
    """The visible letters of a thread in order of date; none where there is no such thread. One query."""
    rows = _lines.all(reading.staging, group=reading.group.pk, number=thread_number)
    return [Line._make(row) for row in rows]


@dataclass(slots=True)
class Shown:
    """One letter on the page. In a tree, `opens` answers follow in a branch of their own, and `closes` branches end here."""

    line: Line
    number: int
    name: str
    face: SafeString
    date: SafeString
    url: str
    author_url: str
    is_new: bool
    body: SafeString
    files: list[File] = field(default_factory=list)
    subject: str = ""
    answers: str = ""  # the name of whom it answers, where that letter is not the one before
    answers_href: str = ""
    too_long: bool = False
    opens: int = 0
    closes: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the outline."""

    name: str
    when: str
    depth: int
    href: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class PageLink:
    number: int
    url: str
    rel: str


class Conversation:
    """`view`: "flat" shows letters by date, "tree" each after the one it answers. `asked` and `at`: what ?page= and ?at=
    (a letter's number) ask for."""

    def __init__(
        self, reading: Reading, number: int, lines: list[Line], marks: Marks | None, *, view: str, asked: str, at: str
    ) -> None:
        self.reading = reading
        self.number = number
        self.marks = marks
        self.view = view
        self.by_date = lines
        self.by_id = {line.id: line for line in lines}
        rank = {line.id: place for place, line in enumerate(lines)}
        self.depth = dict(tree_order({line.id: line.parent_id for line in lines}, rank))
        self.tree = [self.by_id[uid] for uid in self.depth]
        self.order = self.tree if view == "tree" else lines
        self.place = {line.id: place for place, line in enumerate(self.order)}
        self.page = self._page_asked(asked, at)

    # The thread

    @property
    def url(self) -> str:
        return reverse("thread", args=[self.reading.slug, self.number])

    @property
    def subject(self) -> str:
        return self.by_date[0].thread__title or self.by_date[0].subject or _("(no subject)")

    @property
    def locked(self) -> bool:
        return self.by_date[0].thread__locked

    @property
    def lock_reason(self) -> str:
        return self.by_date[0].thread__lock_reason

    @property
    def takes_replies(self) -> bool:
        return not self.locked or self.reading.visit.can_moderate

    @property
    def people(self) -> int:
        return len({line.author_id for line in self.by_date})

    @property
    def span(self) -> str:
        return moments.span(self.by_date[0].sent_at, self.by_date[-1].sent_at)

    @cached_property
    def new(self) -> list[Line]:
        """New letters in the order of the page."""
        return [line for line in self.order if self._is_new(line)] if self.marks is not None else []

    @property
    def first_new(self) -> str:
        return self._href(self.new[0])

    # Pages

    @property
    def pages(self) -> int:
        return -(-len(self.order) // PAGE)

    @property
    def page_links(self) -> list[PageLink]:
        rels = {self.page - 1: "prev", self.page + 1: "next"}
        return [PageLink(page, self._page_url(page), rels.get(page, "")) for page in range(1, self.pages + 1)]

    @property
    def is_short(self) -> bool:
        return len(self.order) <= OUTLINE_OPEN

    def _page_asked(self, asked: str, at: str) -> int:
        number = number_in(at)
        for line in self.order if number is not None else ():
            if line.number == number:
                return self._page_of(line)
        return min(max(number_in(asked) or 1, 1), self.pages)

    def _page_of(self, line: Line) -> int:
        return self.place[line.id] // PAGE + 1

    def _page_url(self, page: int) -> str:
        return f"?view={self.view}&page={page}"

    def _href(self, line: Line) -> str:
        page = self._page_of(line)
        return f"#n{line.number}" if page == self.page else f"{self._page_url(page)}#n{line.number}"

    # What the page shows

    @property
    def outline(self) -> list[Entry]:
        return [
            Entry(
                self._name(line),
                self._when(line),
                min(self.depth[line.id], DEEPEST),
                self._href(line),
                self._is_new(line),
            )
            for line in self.tree
        ]

    @cached_property
    def letters(self) -> list[Shown]:
        """The letters of the page, ready to be shown. One query."""
        lines = self.order[(self.page - 1) * PAGE : self.page * PAGE]
        bodies = bodies_of([line.id for line in lines], with_files=any(line.attachment_count for line in lines))
        if sum(body.size for body in bodies.values()) > HEAVY:
            for line in lines:
                bodies[line.id].send_quotes_away(self._url(line))
        shown: list[Shown] = []
        for line in lines:
            previous = shown[-1].line if shown else None
            shown.append(self._shown(line, bodies.get(line.id) or Body(), previous))
        if self.view == "tree":
            _branch(shown, [min(self.depth[line.id], DEEPEST) for line in lines])
        return shown

    @property
    def last_shown(self) -> int:
        """The highest number on the page: whoever reached its end has read up to there."""
        return max(letter.line.number for letter in self.letters)

    def _shown(self, line: Line, body: Body, previous: Line | None) -> Shown:
        parent = self.by_id.get(line.parent_id) if line.parent_id else None
        answered = parent if parent is not previous else None
        too_long = body.size > LONG
        return Shown(
            line=line,
            number=line.number,
            name=self._name(line),
            face=avatar(self._name(line), line.from_address),
            date=self._dates.of(line),
            url=self._url(line),
            author_url=naming.author_url(self.reading.slug, line.author_id),
            is_new=self._is_new(line),
            body=shown_body("" if too_long else body.html, self.reading, line.number),
            files=body.files_beside(),
            subject=self._subjects[line.subject],
            answers=self._name(answered) if answered else "",
            answers_href=self._href(answered) if answered else "",
            too_long=too_long,
        )

    @cached_property
    def _dates(self) -> LetterDates:
        return LetterDates()

    @cached_property
    def _when(self) -> Callable[[Line], str]:
        """How the outline dates a letter: by the hour in a thread of one day, without the year in a thread of one year."""
        first, last = self.by_date[0].sent_at, self.by_date[-1].sent_at
        if moments.day(first) == moments.day(last):
            return lambda line: moments.clock(line.sent_at)
        if first.year == last.year:
            return lambda line: moments.day_and_month(line.sent_at)
        return lambda line: moments.short_day(line.sent_at)

    def _url(self, line: Line) -> str:
        return naming.letter_url(self.reading.slug, line.number, line.message_id)

    def _is_new(self, line: Line) -> bool:
        return self.marks is not None and self.marks.is_new(line.number, line.sent_at)

    def _name(self, line: Line) -> str:
        name = line.from_name or line.from_address.split("@")[0] or _("Unknown sender")
        return name if "@" not in name or self.reading.sees_addresses else mask_text(name)

    @cached_property
    def _subjects(self) -> dict[str, str]:
        """subject -> what to show of it above a letter: nothing where it is the thread's own."""
        first = base_subject(self.by_date[0].subject)[0].casefold()
        known = {}
        for subject in {line.subject for line in self.by_date}:
            known[subject] = "" if base_subject(subject)[0].casefold() == first else subject
        return known


def _branch(shown: list[Shown], levels: list[int]) -> None:
    """Say where branches open and close. Levels are capped: browsers give up on documents that nest for ever."""
    floor = min(levels, default=0)
    open_levels: list[int] = []
    for place, letter in enumerate(shown):
        following = levels[place + 1] if place + 1 < len(levels) else floor
        if following > levels[place]:
            letter.opens = _answers(levels, place)
            open_levels.append(levels[place])
        closing = 0
        while open_levels and following <= open_levels[-1]:
            open_levels.pop()
            closing += 1
        letter.closes = closing


def _answers(levels: list[int], place: int) -> int:
    """How many letters hang below the one at `place`."""
    below = place + 1
    while below < len(levels) and levels[below] > levels[place]:
        below += 1
    return below - place - 1
