"""What a group's own rule may ask of a letter. Pure, and bounded: whatever a moderator writes is matched in a time that grows
with the length of the letter and no faster. Regular expressions are RE2's, which has no backtracking, and so no way to hang."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import re2
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.sentences import as_kept
from mail.rules.languages import language_of
from mail.rules.types import Condition, Post

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_PATTERN = 500
LONGEST_TEXT = 200_000  # characters looked at
MEMORY = 8 * 1024 * 1024  # of one compiled pattern
_WORD = re.compile(r"\w+")
_OPTIONS = re2.Options()
_OPTIONS.case_sensitive = False
_OPTIONS.log_errors = False
_OPTIONS.max_mem = MEMORY

TEXT, NUMBER, NAMES, NOTHING = "text", "number", "names", "nothing"
HOW = {
    "words": gettext_lazy("has one of these words (commas between)"),
    "glob": gettext_lazy("fits the pattern, * standing for anything"),
    "regex": gettext_lazy("fits the regular expression"),
}
MEMBERSHIP = {"is": gettext_lazy("is one of"), "is-not": gettext_lazy("is none of")}


@dataclass(frozen=True, slots=True)
class Question:
    label: "StrOrPromise"
    takes: str
    texts: Callable[[Post, Condition], Iterable[str]] = lambda post, condition: ()
    number: Callable[[Post], float] = lambda post: 0
    unit: str = ""


QUESTIONS: dict[str, Question] = {
    "subject": Question(gettext_lazy("The subject"), TEXT, lambda post, _: (post.subject,)),
    "body": Question(gettext_lazy("The text"), TEXT, lambda post, _: (post.body[:LONGEST_TEXT],)),
    "from": Question(gettext_lazy("The author’s address"), TEXT, lambda post, _: post.authors),
    "header": Question(
        gettext_lazy("A header field (name it)"), TEXT, lambda post, asked: post.values(asked.name.strip().lower())
    ),
    "link": Question(gettext_lazy("The domain of a link"), TEXT, lambda post, _: dict.fromkeys(post.links)),
    "file-name": Question(
        gettext_lazy("The name of an attachment"), TEXT, lambda post, _: (file.name for file in post.files)
    ),
    "file-type": Question(
        gettext_lazy("The type of an attachment"), TEXT, lambda post, _: (file.content_type for file in post.files)
    ),
    "file-size": Question(
        gettext_lazy("An attachment has more than … KB"),
        NUMBER,
        number=lambda post: max((file.size for file in post.files), default=0) / 1024,
        unit="KB attached",
    ),
    "size": Question(
        gettext_lazy("The letter has more than … KB"), NUMBER, number=lambda post: post.size / 1024, unit="KB"
    ),
    "links": Question(
        gettext_lazy("It has more than … links"), NUMBER, number=lambda post: len(post.links), unit="links"
    ),
    "language": Question(gettext_lazy("Its language (codes, as en, de)"), NAMES),
    "first": Question(gettext_lazy("It is the author’s first letter here"), NOTHING),
    "no-subject": Question(gettext_lazy("It has no subject"), NOTHING),
}


def problem(condition: Condition) -> str:
    """Why this condition cannot be kept; empty where it can."""
    question = QUESTIONS.get(condition.on)
    if question is None:
        return _("Choose what is looked at.")
    if question.takes == NOTHING:
        return ""
    if not condition.value.strip():
        return _("Say what it is compared with.")
    if len(condition.value) > LONGEST_PATTERN:
        return _("At most %(count)s characters.") % {"count": LONGEST_PATTERN}
    if question.takes == NUMBER:
        return (
            "" if condition.value.strip().isascii() and condition.value.strip().isdigit() else _("Give a whole number.")
        )
    if condition.on == "header" and not re.fullmatch(r"[!-9;-~]{1,76}", condition.name.strip()):
        return _("Name the header field, as List-Id.")
    if question.takes == TEXT and condition.how not in HOW:
        return _("Choose how it is compared.")
    if question.takes == TEXT and condition.how == "regex":
        return pattern_problem(condition.value)
    return ""


def pattern_problem(pattern: str) -> str:
    try:
        re2.compile(pattern, options=_OPTIONS)
    except re2.error as error:
        words = error.args[0] if error.args else error
        said = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
        why = _("This regular expression cannot be used (%(why)s). Looking ahead and back-references are not possible.")
        return why % {"why": said}
    return ""


def met(condition: Condition, post: Post) -> str | None:
    """What fits, in words for moderators; None where it does not."""
    question = QUESTIONS.get(condition.on)
    if question is None or problem(condition):
        return None
    if question.takes == NUMBER:
        number = question.number(post)
        return f"{number:.0f} {question.unit}" if number > int(condition.value) else None
    if question.takes == NAMES:
        return _language(condition, post)
    if question.takes == NOTHING:
        return _plain(condition.on, post)
    compare = COMPARE[condition.how]
    fitting = next((text for text in question.texts(post, condition) if compare(text, condition.value)), None)
    return None if fitting is None else f"{_named(condition, question)} {HOW_SAID[condition.how]} “{condition.value}”"


HOW_SAID = {"words": "has", "glob": "fits", "regex": "fits"}


def _named(condition: Condition, question: Question) -> str:
    if condition.on == "header":
        return condition.name.strip()
    label = as_kept(question.label)
    return label[:1].lower() + label[1:]


def _plain(on: str, post: Post) -> str | None:
    if on == "first":
        return "the author’s first letter here" if post.is_first else None
    return None if post.subject.strip() else "no subject"


def _language(condition: Condition, post: Post) -> str | None:
    """Where the language cannot be told, neither `is` nor `is-not` fits."""
    found = language_of(post.body[:LONGEST_TEXT])
    if not found:
        return None
    named = {code.strip().lower().split("-")[0] for code in condition.value.split(",")}
    return f"it seems to be in “{found}”" if (found in named) is (condition.how != "is-not") else None


def has_words(text: str, words: str) -> bool:
    """Whether one of the words or phrases stands in the text, whole and in any case."""
    spread = f" {' '.join(_WORD.findall(text.casefold()))} "
    wanted = (" ".join(_WORD.findall(one.casefold())) for one in words.split(","))
    return any(one and f" {one} " in spread for one in wanted)


def fits_glob(text: str, pattern: str) -> bool:
    return _fits(text, _glob(pattern))


def fits_regex(text: str, pattern: str) -> bool:
    return _fits(text, pattern)


COMPARE: dict[str, Callable[[str, str], bool]] = {"words": has_words, "glob": fits_glob, "regex": fits_regex}


def _glob(pattern: str) -> str:
    pieces = re.sub(r"\*+", "*", pattern.strip()).split("*")
    return r"(?s)\A" + ".*".join(re.escape(piece) for piece in pieces) + r"\z"


def _fits(text: str, pattern: str) -> bool:
    compiled = _compiled(pattern)
    return compiled is not None and compiled.search(text) is not None


@lru_cache(maxsize=2000)
def _compiled(pattern: str) -> Any:
    try:
        return re2.compile(pattern, options=_OPTIONS)
    except re2.error:
        return None
