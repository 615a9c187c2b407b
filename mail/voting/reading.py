"""What somebody answers to a poll by mail: `1, 3`, `2 > 1 > 3`, `1: 5, 2: 3`, `yes no maybe`, words, `other: Tuesday`.

Read from what they wrote themselves, without quotes and signature; its first lines count, as far as they are an answer. What
is prose is not guessed at: the voter is asked again rather than counted wrongly. Pure.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from archive.parsing import base_subject
from groups.polls.counting import MAYBE, NO, YES, Ballot, Key, Kind
from mail.polls.asked import Asked
from mail.voting import words

LONGEST_WRITE_IN = 200
MOST_LINES = 60
GREETING_WORDS = 6
Numbered = dict[Key, int]

NOT_UNDERSTOOD = gettext_lazy("The answer could not be read.")
NOTHING = gettext_lazy("The answer was empty.")


@dataclass(slots=True)
class Read:
    """A ballot as counting wants it; `others` are write-ins and their numbers."""

    ballot: Numbered = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)


class BadAnswer(ValueError):
    """The text is a sentence for the voter."""


class _NotAnAnswer(Exception):
    """Prose."""


def read_answer(asked: Asked, subject: str, visible: str) -> Read:
    """Raises BadAnswer."""
    lines = [line.strip() for line in visible.splitlines() if line.strip()][:MOST_LINES]
    own_subject, is_reply = base_subject(subject)
    if not lines and not is_reply:
        lines = [own_subject]
    if not lines:
        raise BadAnswer(NOTHING)
    return _of_lines(asked, _without_greeting(lines))


def _of_lines(asked: Asked, lines: Sequence[str]) -> Read:
    reader = READERS[asked.kind](asked)
    for place, line in enumerate(lines):
        try:
            reader.take(_bare(line))
        except _NotAnAnswer:
            if not place or _ENTRY.match(line):
                begins = _("The answer could not be read. It begins: “%(line)s”") % {"line": _short(line)}
                raise BadAnswer(begins) from None
            break
    return reader.read()


def _without_greeting(lines: list[str]) -> list[str]:
    """`Hello Ann,` and `My vote:` before the answer."""
    while len(lines) > 1 and lines[0].endswith((",", ":", "!")) and not any(map(str.isdigit, lines[0])):
        if len(lines[0].split()) > GREETING_WORDS or _is_answer_word(lines[0]):
            break
        lines = lines[1:]
    return lines


def _is_answer_word(line: str) -> bool:
    return _plain(line.rstrip(",:!")) in words.YES | words.NO | words.MAYBE | words.ALL


_EDGES = " \t\"'`*_~,;!¡¿|•·–—\u200b\ufeff"
_ENTRY = re.compile(r"\s*(?:#|no\.?|nr\.?)?\s*\d+\s*[.:)=-]", re.IGNORECASE)
_BEFORE = re.compile(rf"(?:{'|'.join(map(re.escape, words.BEFORE))})\b[\s:=,-]*", re.IGNORECASE)
_POLITE = re.compile(r"[\s,.!]*\b(?:please|pls|bitte|s'il (?:vous|te) pla[iî]t|por favor|per favore|thanks|thank you|danke|merci"
                     r"|gracias|grazie|obrigad[oa])[\s.!]*\Z", re.IGNORECASE)  # fmt: skip
_NUMBER = re.compile(
    rf"(?:(?:{'|'.join(map(re.escape, words.NUMBER))})\b\.?:?|#|№)?\s*(\d{{1,4}})[.)]?\Z", re.IGNORECASE
)
_OTHER = re.compile(rf"(?:{'|'.join(map(re.escape, words.OTHER))})\s*[:=：-]\s*(.+)\Z", re.IGNORECASE | re.DOTALL)
_CHECKED = re.compile(r"[\[(]\s*([x✓✔*])\s*[\])]\s*", re.IGNORECASE)
_UNCHECKED = re.compile(r"[\[(]\s*[\])]")
_LISTED = re.compile(r"(\d{1,4})\s*[.):]\s*(\S.*)\Z")
_AND = rf"\s+(?:{'|'.join(words.AND)})\s+"
_SEPARATORS = re.compile(rf"\s*[,;/&+،、，；]\s*|{_AND}", re.IGNORECASE)
_RANKS = re.compile(rf"\s*(?:->|→|[>›»,;،、，；])\s*|\s+(?:{'|'.join(words.THEN)})\s+", re.IGNORECASE)
_BY_COMMA = re.compile(r"\s*[,;،、，；]\s*")
_ALL_NUMBERS = re.compile(r"\d{1,4}(?:\s+\d{1,4})+\Z")
_VALUE = re.compile(r"(.+?)\s*[:=：]\s*(-?\d+)(?:\s*/\s*\d+)?\Z|(.+?)\s+[–—-]\s*(\d+)\Z|(\d+)[.)]?\s+(\d+)\Z")
_BULLET = re.compile(r"\A[-*•·]\s+")


def _bare(line: str) -> str:
    line = _POLITE.sub("", _BULLET.sub("", unicodedata.normalize("NFKC", line.strip()))).strip(_EDGES)
    found = _BEFORE.match(line)
    return (line[found.end() :] if found else line).strip(_EDGES).removesuffix(".").strip()


def _plain(text: str) -> str:
    """For comparing: small letters, no punctuation at the ends, one blank between words."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(_EDGES + ".")


def _short(line: str) -> str:
    return line if len(line) <= 80 else line[:79] + "…"


class _Reader:
    """Takes the lines of an answer one by one."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.found = Read()
        self.by_text = {_plain(option.text): option.key for option in asked.options}

    def take(self, line: str) -> None:
        raise NotImplementedError

    def read(self) -> Read:
        if not self.found.ballot and not self.found.others:
            raise BadAnswer(NOTHING)
        return self.found

    def key(self, text: str) -> Key:
        """The option of that number or those words; raises where it is neither."""
        plain = _plain(text)
        if plain in self.by_text and not plain.isdigit():
            return self.by_text[plain]
        number = _NUMBER.match(text.strip(_EDGES))
        if number:
            return self._numbered(int(number[1]), plain)
        listed = _LISTED.match(text)  # "2. Coffee", as the mail has it
        if listed and self._numbered(int(listed[1]), "") == self.by_text.get(_plain(listed[2])):
            return self.by_text[_plain(listed[2])]
        meant = self._begun(plain) or self._yes_or_no(plain)
        if len(meant) != 1:
            raise _NotAnAnswer
        return meant[0]

    def _begun(self, plain: str) -> list[Key]:
        return [key for text, key in self.by_text.items() if len(plain) > 2 and text.startswith(plain)]

    def _yes_or_no(self, plain: str) -> list[Key]:
        """Where the options are yes and no, anybody's yes and no."""
        same = next((spellings for spellings in (words.YES, words.NO, words.MAYBE) if plain in spellings), frozenset())
        return [key for text, key in self.by_text.items() if text in same]

    def _numbered(self, number: int, plain: str) -> Key:
        if 1 <= number <= len(self.asked.options):
            return self.asked.options[number - 1].key
        if plain in self.by_text:
            return self.by_text[plain]
        said = _("There is no option %(number)s: they are numbered from 1 to %(last)s.")
        raise BadAnswer(said % {"number": number, "last": len(self.asked.options)})

    def other(self, text: str, number: int) -> bool:
        """Whether this is a write-in, which is kept then."""
        found = _OTHER.match(text)
        if not found or _plain(text) in self.by_text:
            return False
        if not self.asked.write_ins:
            raise BadAnswer(_("This poll takes no options of your own."))
        wanted = " ".join(found[1].split()).strip(_EDGES)[:LONGEST_WRITE_IN]
        if not wanted:
            raise BadAnswer(_("Write what the other option is: “other: …”."))
        key = self.by_text.get(_plain(wanted))
        if key is not None:  # somebody had the same idea before
            self.set(key, number)
        else:
            self.found.others[wanted] = number
        return True

    def set(self, key: Key, number: int) -> None:
        if self.found.ballot.get(key, number) != number:
            text = next(option.text for option in self.asked.options if option.key == key)
            raise BadAnswer(_("“%(option)s” is named twice.") % {"option": text})
        self.found.ballot[key] = number


class _Choices(_Reader):
    """One or several: numbers or words."""

    def take(self, line: str) -> None:
        if _UNCHECKED.match(line):
            return
        line = _CHECKED.sub("", line)
        if self.other(line, 1):
            return
        for key in self._keys(line):
            self.set(key, 1)

    def _keys(self, line: str) -> list[Key]:
        try:
            return [self.key(line)]  # words of an option may have commas of their own
        except _NotAnAnswer:
            pass
        if _ALL_NUMBERS.match(line):
            return [self.key(number) for number in line.split()]
        before, other = self._with_other(line)
        keys = [self.key(entry) for entry in _SEPARATORS.split(before) if entry.strip()]
        if other:
            self.other(other, 1)
        elif not keys:
            raise _NotAnAnswer
        return keys

    @staticmethod
    def _with_other(line: str) -> tuple[str, str]:
        """`1, other: tea, with milk`: all behind it is the other option."""
        for start in re.finditer(_SEPARATORS, line):
            if _OTHER.match(line[start.end() :]):
                return line[: start.start()], line[start.end() :]
        return line, ""


class _Ranks(_Reader):
    """The best first; `=` between equal ones; one line or several."""

    rank = 0

    def take(self, line: str) -> None:
        if self._take_listed(line):
            return
        for place in self._places(line):
            self.rank += 1
            for entry in place:
                if not self.other(entry, self.rank):
                    self.set(self.key(entry), self.rank)

    def _places(self, line: str) -> list[list[str]]:
        if _ALL_NUMBERS.match(line):
            return [[number] for number in line.split()]
        try:
            self.key(line)
        except _NotAnAnswer:
            places = [[entry.strip() for entry in place.split("=")] for place in _RANKS.split(line) if place.strip()]
            return [[entry for entry in place if entry] for place in places]
        return [[line]]

    def _take_listed(self, line: str) -> bool:
        """`1. Coffee` and `2. Tea` below it: ranks before words. `1: 2` could mean either, and is asked about."""
        found = _LISTED.match(line)
        if not found:
            return False
        if _plain(found[2]) not in self.by_text and ("," in line or _NUMBER.match(found[2])):
            raise BadAnswer(_("Write the numbers of the options in your order, the best first, as in “2 > 1 > 3”."))
        rank = int(found[1])
        if not self.other(found[2], rank):
            self.set(self.key(found[2]), rank)
        self.rank = max(self.rank, rank)
        return True


class _Points(_Reader):
    """`1: 5, 2: 3`, one a line, or one number for each option in their order."""

    def take(self, line: str) -> None:
        numbers = re.fullmatch(r"\d+(?:[\s,;]+\d+)+", line)
        values = re.findall(r"\d+", line) if numbers else []
        if len(values) == len(self.asked.options) > 1 and not self.found.ballot:
            for option, points in zip(self.asked.options, values, strict=True):
                self._give(option.key, points)
            return
        if numbers and len(values) != 2:
            raise BadAnswer(_("Write the points behind the number of each option, as in “1: 5, 2: 3”."))
        for entry in _BY_COMMA.split(line):
            self._take_entry(entry)

    def _take_entry(self, entry: str) -> None:
        found = _VALUE.match(entry)
        if not found:
            raise _NotAnAnswer
        name, points = (group for group in found.groups() if group is not None)
        if not self.other(name, self._within(points)):
            self._give(self.key(name), points)

    def _give(self, key: Key, points: str) -> None:
        self.set(key, self._within(points))

    def _within(self, points: str) -> int:
        if not 0 <= int(points) <= self.asked.highest:
            said = _("Points are numbers from %(lowest)s to %(highest)s.")
            raise BadAnswer(said % {"lowest": 0, "highest": self.asked.highest})
        return int(points)


class _Answers(_Reader):
    """`1 yes, 2 maybe`, one a line, a word for each date in their order, or only the numbers of those that suit."""

    def take(self, line: str) -> None:
        if self.other(line, YES):
            return
        plain = _plain(line)
        if plain in words.ALL:
            for option in self.asked.options:
                self.set(option.key, YES)
        elif not self._take_in_order(line):
            for entry in _BY_COMMA.split(line):
                self._take_entry(entry)

    def _take_in_order(self, line: str) -> bool:
        said = [_answer(word) for word in re.split(r"[\s,;/]+", line) if word]
        if None in said:
            return False
        if len(said) != len(self.asked.options):
            counts = {"dates": len(self.asked.options), "answers": len(said)}
            raise BadAnswer(_("There are %(dates)s dates, and %(answers)s answers.") % counts)
        for option, answer in zip(self.asked.options, said, strict=True):
            assert answer is not None
            self.set(option.key, answer)
        return True

    def _take_entry(self, entry: str) -> None:
        found = re.match(r"(.+?)\s*[:=：]\s*(\S.*)\Z|(\d+)[.)]?\s+(\D.*)\Z|(.+)\s+(\S+)\Z", entry)
        if found:
            name, said = (group for group in found.groups() if group is not None)
            answer = _answer(said)
            if answer is not None:
                self.set(self.key(name), answer)
                return
        self._only_yes(entry)

    def _only_yes(self, entry: str) -> None:
        for each in entry.split() if _ALL_NUMBERS.match(entry) else re.split(_AND, entry):
            self.set(self.key(each), YES)

    def read(self) -> Read:
        found = _Reader.read(self)
        if set(found.ballot.values()) == {YES}:  # who names only what suits does not come on the other dates
            found.ballot = {option.key: found.ballot.get(option.key, NO) for option in self.asked.options}
        return found


def _answer(word: str) -> int | None:
    plain = _plain(word) or word.strip()
    for answer, spellings in ((YES, words.YES), (NO, words.NO), (MAYBE, words.MAYBE)):
        if plain in spellings or word.strip() in spellings:
            return answer
    return None


READERS: dict[Kind, Callable[[Asked], _Reader]] = {
    Kind.SINGLE: _Choices,
    Kind.MULTIPLE: _Choices,
    Kind.RUNOFF: _Ranks,
    Kind.SCHULZE: _Ranks,
    Kind.SCORE: _Points,
    Kind.DATES: _Answers,
}


def in_words(asked: Asked, ballot: Ballot, others: dict[str, int] | None = None) -> list[str]:
    """What was counted, a line each, for the mail that says so; the best first."""
    texts = {option.key: option.text for option in asked.options}
    said = [(number, texts[key]) for key, number in ballot.items() if key in texts]
    said += [(number, text) for text, number in (others or {}).items()]
    if asked.kind.ranked:
        return [f"{rank}. {text}" for rank, text in sorted(said)]
    if asked.kind is Kind.SCORE:
        return [f"{points}: {text}" for points, text in sorted(said, key=lambda each: -each[0])]
    if asked.kind is Kind.DATES:
        return [f"{text}: {ANSWER_WORDS[answer]}" for answer, text in said]
    return [text for _, text in said]


ANSWER_WORDS = {
    YES: pgettext_lazy("answer by mail", "yes"),
    MAYBE: pgettext_lazy("answer by mail", "maybe"),
    NO: pgettext_lazy("answer by mail", "no"),
}
