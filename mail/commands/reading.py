"""What somebody wants of the machine: read from the address they wrote to, else from the subject, else from the first lines they
wrote themselves. Forgives quoted replies, HTML, signatures, politeness and other languages' words. Pure.

RFC 2369 gives commands addresses; words in subject and body are for `GROUP+request@` (RFC 2142 §6) and for people who answer
a mail of ours rather than write a new one.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from archive.parsing import base_subject
from mail.commands import words
from mail.rules.administrivia import WISH_TO_LEAVE

FIRST_LINES = 6
LONGEST_REASON = 2000
_TOKEN = re.compile(r"\b(?:confirm|moderate|leave)\+([a-z2-7]{8,40})@|\bconfirm\s+([a-z2-7]{8,40})\b", re.IGNORECASE)
_POLITE = re.compile(
    r"\A(?:please|pls|plz|kindly|hi|hello|dear \w+|bitte|hallo|guten tag|bonjour|s'il (?:vous|te) pla[iî]t|merci|hola|por favor"
    r"|olá|ciao|per favore|grazie|thanks|thank you|danke|gracias|i want to|i would like to|i'd like to|can you|could you"
    r"|to|i(?= (?:approve|accept|reject|decline|confirm)\b))\b[\s,.!:]*",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"\b(?:not|don['’]?t|never|nicht|kein\w*|pas|не)\b|[?？]|不要", re.IGNORECASE)
_LONGEST_WISH = 10  # words
# What people answer who never asked: to each "please confirm" some of these come.
_REFUSES = re.compile(
    r"\b(?:did|do|does|have|has|was|would)(?: not|n['’]?t)\b|\bnever\b|\bnot me\b|\bno,|\bspam\b|das war ich nicht"
    r"|\bnichts? (?:angemeldet"
    r"|bestellt|gewünscht|gewollt|angefordert|bestätigen)|\bhabe (?:\w+ ){0,4}nicht\b"
    r"|\bkein (?:interesse|spam)|\bn['’]ai (?:rien|pas|jamais)"
    r"|\bje ne\b"
    r"|\bno (?:he|quiero|solicit)|\bnon (?:ho|voglio|sono)\b|\bnão (?:pedi|solicitei|quero|fui)"
    r"|\bне (?:я|подпис|запраш|надо|нужно)"
    r"|没有|不要"
    r"|(?:して)?(?:い)?ません|覚えが?な",
    re.IGNORECASE,
)
_UNDECIDED = re.compile(
    r"[?？]\s*\Z|\A(?:no idea|not sure|no clue|keine ahnung)\b|\A\w+,? (?:but|if|unless|aber|wenn|falls|mais|pero)\b",
    re.IGNORECASE,
)
_ENDINGS = "(?:します|してください|です)?"
_EDGES = " \t\"'`*_~.,;:!¡¿()[]<>{}|-–—\u200b\ufeff"


class Decision(StrEnum):
    APPROVE = "approve"
    TRUST = "trust"  # approve, and do not hold this author again
    REJECT = "reject"
    DISCARD = "discard"
    BAN = "ban"


@dataclass(frozen=True, slots=True)
class Command:
    """verb: a key of words.VERBS, or "owner"; empty where nothing was understood. token: what was quoted with it."""

    verb: str
    token: str = ""


def read_command(extension: str, subject: str, visible: str) -> Command:
    """The command of a letter. `extension` is what followed the group's name in the address: unless it is `request` it says all;
    `visible` is what the author wrote without quotes and signature."""
    if extension and extension != "request":
        return Command(extension)
    for line in _lines(subject, visible):
        token = _TOKEN.search(line)
        if token:
            return Command("confirm", (token.group(1) or token.group(2)).lower())
        verb = verb_of(line)
        if verb:
            return Command(verb)
    return Command("")


def verb_of(line: str) -> str:
    """The verb a line begins with, or consists of; "" where it is prose. `subscribe gardeners Ann` is one, "I help" is not."""
    bare = _bare(line)
    for verb, spellings in words.VERBS.items():
        if bare in spellings:
            return verb
    first, _, rest = bare.partition(" ")
    if len(rest.split()) <= 4:
        verb = next((verb for verb, spellings in words.VERBS.items() if first in spellings and len(first) > 2), "")
        if verb:
            return verb
    is_wish = len(bare.split()) <= _LONGEST_WISH and len(bare) <= 100 and not _NEGATED.search(line)
    return "unsubscribe" if is_wish and WISH_TO_LEAVE.search(bare) else ""


def read_decision(subject: str, visible: str) -> tuple[Decision | None, str]:
    """What a moderator answered about one held thing, and the words for its author (those after the decision, if any).

    None where the answer cannot be understood: nothing is decided then, and the moderator is told how to say it.
    """
    lines = visible.strip().split("\n")
    for place, line in enumerate(lines[:FIRST_LINES]):
        decision, rest = _decision_of(line)
        if decision:
            return decision, "\n".join([rest, *lines[place + 1 :]]).strip()[:LONGEST_REASON]
        if line.strip() and not _POLITE.match(line.strip()):
            break
    decision, rest = _decision_of(_own_subject(subject))
    return decision, visible.strip()[:LONGEST_REASON] if decision else ""


def _decision_of(line: str) -> tuple[Decision | None, str]:
    bare = _bare(line)
    if _UNDECIDED.search(bare):
        return None, ""
    for decision, spellings in _DECISIONS:
        for spelling in sorted(spellings, key=len, reverse=True):
            if re.fullmatch(re.escape(spelling) + _ENDINGS, bare):
                return decision, ""
            follows = re.match(rf"{re.escape(spelling)}[\s:,;.!–-]+(.*)\Z", bare, re.DOTALL)
            if follows and len(spelling) > 1 and not (spelling in words.ALWAYS and not _says_yes(follows[1])):
                return decision, _rest_of(line, spelling)
    return None, ""


def _says_yes(text: str) -> bool:
    return any(text == word or text.startswith(f"{word} ") for word in words.YES)


_DECISIONS = (
    (Decision.TRUST, words.TRUST),
    (Decision.BAN, words.BAN),
    (Decision.DISCARD, words.DISCARD),
    (Decision.APPROVE, words.YES),
    (Decision.REJECT, words.NO),
)


def _rest_of(line: str, spelling: str) -> str:
    found = re.search(re.escape(spelling), line, re.IGNORECASE)
    return line[found.end() :].strip(_EDGES + "\r\n") if found else ""


def confirms(subject: str, visible: str, *, to_leave: bool = False, is_undo: bool = False) -> bool:
    """Whether an answer to "please confirm" says yes. Sending it back with nothing at all is a yes; "no", "cancel" and "I never
    asked for this" are not, nor is "unsubscribe", unless that is what was asked (`to_leave`). Where yes takes something back
    (`is_undo`), "I never asked for this" is one."""
    lines = [line for line in visible.strip().split("\n") if _bare(line)][:FIRST_LINES]
    for line in lines:
        bare = _bare(line)
        if _says_yes(bare.replace(",", " ")):
            return True
        if (
            _says_no(bare)
            or (not is_undo and _REFUSES.search(line))
            or (not to_leave and verb_of(line) == "unsubscribe")
        ):
            return False
        if not _POLITE.fullmatch(line.strip()):
            break
    return _bare(_own_subject(subject)) not in (*words.NO, *words.CANCEL)


def _says_no(bare: str) -> bool:
    first = bare.partition(" ")[0].strip(_EDGES)
    return bare in (*words.NO, *words.CANCEL, *words.DISCARD) or first in (*words.CANCEL, *_PLAIN_NO)


_PLAIN_NO = ("no", "nein", "non", "нет", "não", "nee", "nej")  # as the first of several words


def _lines(subject: str, visible: str) -> list[str]:
    body = [line for line in visible.split("\n") if line.strip()][:FIRST_LINES]
    return [_own_subject(subject), *body]


def _own_subject(subject: str) -> str:
    """Without Re: and [tags]; the subject of a mail of ours that is being answered says nothing by itself."""
    return base_subject(subject)[0]


def _bare(line: str) -> str:
    text = " ".join(line.split()).strip(_EDGES)
    if line.strip() in ("?", "+1"):
        return line.strip()
    for _ in range(3):
        shorter = _POLITE.sub("", text).strip(_EDGES)
        if not shorter or shorter == text:
            break
        text = shorter
    return text.lower()
