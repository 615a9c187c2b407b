"""Reading what comes back: delivery reports, complaints and automatic answers, in that order of certainty. Pure.

RFC 3464 reports are read by mail.bounces.dsn; all other forms, of which there are as many as mail servers, by flufl.bounce
(the detectors of GNU Mailman) and by the words of the letter.
"""

import email
import logging
import re
from collections import Counter
from dataclasses import replace
from email.message import Message

from flufl.bounce import all_failures

from mail.bounces import dsn
from mail.bounces.automatic import is_automatic, is_receipt, subject_of
from mail.bounces.codes import basic_code, categorise, enhanced_status
from mail.bounces.complaints import read_complaint
from mail.bounces.phrases import (
    ANSWERED,
    DAEMON,
    DELAY_SUBJECT,
    FORWARDED,
    LONG_TIME,
    ORIGINAL,
    RETURNED,
    STILL_TRYING,
)
from mail.bounces.texts import text_of, text_of_fields
from mail.bounces.types import Category, Recipient, Report
from mail.rules.absences import is_challenge, speaks_of_absence

logging.getLogger("flufl.bounce").setLevel(logging.ERROR)

LONGEST_DIAGNOSTIC = 500
MOST_READ = 100_000  # characters of a report's own words
# Letters of scripts that put no space between words (Chinese, Japanese, Korean) end an address rather than belong to it.
_LOCAL, _DOMAIN = r"\w.!#$%&'*+/=?^`{|}~-", r"\w-"
_SPACELESS = r"\u2e80-\uffff"
_NAME, _LABEL = rf"(?![{_SPACELESS}])[{_LOCAL}]", rf"(?![{_SPACELESS}])[{_DOMAIN}]"
_ADDRESS = re.compile(rf"(?:{_NAME}){{1,128}}@(?:(?:{_LABEL}){{1,63}}\.){{1,20}}(?:{_LABEL}){{2,63}}")
_LETTERS = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global",
    "message/global-headers",
)
_ABOUT_LETTERS = ("message/delivery-status", "message/global-delivery-status", "message/disposition-notification")
_FAILED_RECIPIENTS = "x-failed-recipients"  # Exim, Gmail
_MESSAGE_ID = re.compile(r"^(?:x-)?(?:original-)?message-id:\s*<([^<>\s]+)>", re.IGNORECASE | re.MULTILINE)


def read(raw: bytes) -> Report:
    """Read the bytes of a letter that came back to a return path. Never raises; what nobody understands is UNKNOWN."""
    try:
        message = email.message_from_bytes(raw)
        return _read(message)
    except Exception:  # a report is what strangers' programs write: odd ones are unknown, never lost
        logging.getLogger(__name__).exception("A report could not be read")
        return Report(Category.UNKNOWN)


def _read(message: Message) -> Report:
    complaint = read_complaint(message)
    if complaint is not None:
        return complaint
    if is_receipt(message):
        return _from_receipt(message)
    if _is_passed_on(message):
        return Report(Category.UNKNOWN, diagnostic=_shortened(subject_of(message)), is_failure=False)
    return _from_status(message) or _from_other_forms(message) or _from_words(message)


def _from_receipt(message: Message) -> Report:
    """Read, deleted; but Sieve's reject (RFC 5429 §2.1) comes as a receipt, too: somebody's own rule wants no such letters."""
    failed, words = _failures(message)[1], _own_words(message)
    if not failed:
        return Report(Category.AUTO_REPLY, diagnostic=subject_of(message)[:LONGEST_DIAGNOSTIC])
    found = _spoken(message, None, failed, words)
    return replace(found, category=Category.POLICY) if found.category is Category.UNKNOWN else found


def _is_passed_on(message: Message) -> bool:
    """A person who forwards a report: what stands in it is not about whoever sent it on."""
    if not FORWARDED.match(subject_of(message)) or message.get_content_maintype() != "text":
        return False
    return not (_is_from_daemon(message) or is_automatic(message))


def _from_status(message: Message) -> Report | None:
    blocks = dsn.recipients(message)
    failed = [block for block in blocks if dsn.has_failed(block)]
    delayed = [block for block in blocks if dsn.is_delayed(block)]
    if failed:
        words = _own_words(message)
        categories = [_category(block, words) for block in failed]
        failed = [replace(block, category=each) for block, each in zip(failed, categories, strict=True)]
        category = Counter(categories).most_common(1)[0][0]
        main = failed[categories.index(category)]
        return _report(message, category, failed, main)
    if delayed:
        return _report(message, Category.DELAY, delayed, delayed[0])
    if blocks:  # delivered, relayed, expanded: good news
        return replace(_report(message, Category.UNKNOWN, [], blocks[0]), is_failure=False)
    return None


def _category(block: Recipient, words: str) -> Category:
    found = categorise(block.status, block.diagnostic, permanent=True)
    if found != Category.UNKNOWN:
        return found
    return categorise(enhanced_status(block.status, words), words, permanent=True)


def _report(message: Message, category: Category, blocks: list[Recipient], main: Recipient) -> Report:
    addresses = _unique(block.address for block in blocks)
    if not addresses and blocks:
        addresses = _in_failed_recipients(message) or _named(message, _own_words(message))
    return Report(
        category,
        addresses,
        main.status,
        _shortened(main.diagnostic or _telling_line(_own_words(message), addresses)),
        tuple(blocks),
        _original_message_id(message),
    )


def _from_other_forms(message: Message) -> Report | None:
    """flufl.bounce and X-Failed-Recipients; what is only a warning is a delay."""
    temporary, permanent = _failures(message)
    failed = permanent or _in_failed_recipients(message)
    words = _own_words(message)
    if failed:
        is_warning = not permanent or DELAY_SUBJECT.search(subject_of(message))
        return _spoken(message, Category.DELAY if is_warning and is_delayed(words) else None, failed, words)
    if temporary:
        is_final = LONG_TIME.search(words) or RETURNED.search(subject_of(message)) or _is_refusal(words)
        category = None if is_final and not STILL_TRYING.search(words) else Category.DELAY
        return _spoken(message, category, temporary, words)
    return None


def _is_refusal(words: str) -> bool:
    return categorise("", words, permanent=True) is Category.POLICY


def _in_failed_recipients(message: Message) -> tuple[str, ...]:
    return _unique(_ADDRESS.findall(str(message.get(_FAILED_RECIPIENTS) or "")))


def _failures(message: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    try:
        temporary, permanent = all_failures(message)
    except Exception:  # detectors meet letters their authors never saw
        return (), ()
    return _unique(map(_decoded, temporary)), _unique(map(_decoded, permanent))


def _from_words(message: Message) -> Report:
    """Neither a report nor a known form: an automatic answer, or a server that writes as it likes."""
    words, subject = _own_words(message), subject_of(message)
    delayed = is_delayed(f"{subject}\n{words}")
    returned = bool(RETURNED.search(subject) or RETURNED.search(words[:2000]))
    if _is_from_daemon(message) and (returned or (delayed and not is_automatic(message))):
        return _spoken(message, Category.DELAY if delayed else None, _named(message, words), words)
    if is_automatic(message) or _answers_for_somebody(message, words):
        return Report(Category.AUTO_REPLY, diagnostic=_shortened(subject))
    if returned:
        return _spoken(message, None, (), words)
    return Report(Category.UNKNOWN, diagnostic=_shortened(subject), is_failure=_is_from_daemon(message))


def _answers_for_somebody(message: Message, words: str) -> bool:
    """A holiday notice or a filter's question by its words; or an answer from <>, as only programs send (RFC 3834 §3.3)."""
    if speaks_of_absence(words) or is_challenge(words):
        return True
    is_answer = message.get("in-reply-to") or ANSWERED.match(subject_of(message))
    return bool(is_answer) and str(message.get("return-path") or "").strip() == "<>"


def _named(message: Message, words: str) -> tuple[str, ...]:
    """The first address in the server's words that is neither ours nor its own."""
    ours = {address.rpartition("@")[2].lower() for address in _ADDRESS.findall(str(message.get("to") or ""))}
    senders = _ADDRESS.findall(str(message.get("from") or ""))
    named = [each for each in _ADDRESS.findall(words) if each not in senders]
    others = [each for each in named if each.rpartition("@")[2].lower() not in ours]
    return _unique(others[:1])


def _spoken(message: Message, category: Category | None, addresses: tuple[str, ...], words: str) -> Report:
    line = _telling_line(words, addresses)
    status = enhanced_status(line, words)
    return Report(
        category or _first_known(status, line, f"{subject_of(message)}\n{words}"),
        addresses,
        status,
        _shortened(line),
        tuple(Recipient(address, "", status, line) for address in addresses),
        _original_message_id(message),
    )


def _first_known(status: str, *texts: str) -> Category:
    """Decided by the paragraph that tells why; where it does not, by all that the server wrote."""
    found = (categorise(status, text, permanent=True) for text in texts)
    return next((category for category in found if category != Category.UNKNOWN), Category.UNKNOWN)


def is_delayed(words: str) -> bool:
    return bool(STILL_TRYING.search(words)) and not LONG_TIME.search(words)


def _is_from_daemon(message: Message) -> bool:
    sender = str(message.get("from") or "")
    return bool(DAEMON.search(sender)) or str(message.get("return-path") or "x").strip() == "<>"


def _own_words(message: Message) -> str:
    """What the server itself wrote: the first text parts, not the letter that came back."""
    return _before_the_original(_whole_text(message))


def _whole_text(message: Message) -> str:
    texts: list[str] = []
    for part in _outer_parts(message):
        if part.get_content_maintype() == "text" and part.get_content_subtype() != "rfc822-headers":
            texts.append(text_of(part))
        if sum(map(len, texts)) > MOST_READ:
            break
    return "\n".join(texts)[:MOST_READ]


def _before_the_original(words: str) -> str:
    match = ORIGINAL.search(words)
    return words[: match.start()] if match and match.start() > 40 else words


def _outer_parts(message: Message) -> list[Message]:
    """The leaves of the report that do not belong to the letter inside it."""
    found: list[Message] = []
    waiting = [message]
    while waiting:
        part = waiting.pop(0)
        if part.get_content_maintype() == "multipart" and isinstance(part.get_payload(), list):
            waiting = [child for child in part.get_payload() if isinstance(child, Message)] + waiting
        elif part.get_content_maintype() != "message":
            found.append(part)
    return found


def _telling_line(words: str, addresses: tuple[str, ...]) -> str:
    """The paragraph that says why: the one with a reply code, else the one after the address, else the first."""
    paragraphs = [" ".join(block.split()) for block in re.split(r"\n\s*\n", words) if block.strip()]
    coded = [block for block in paragraphs if enhanced_status(block) or basic_code(block)]
    if coded:
        return coded[0]
    for place, block in enumerate(paragraphs):
        if any(address in block for address in addresses):
            return block if len(block) > max(map(len, addresses)) + 8 else " ".join(paragraphs[place : place + 2])
    return paragraphs[0] if paragraphs else ""


def _original_message_id(message: Message) -> str:
    """Of the letter inside; where that is missing, what the report says of it, or quotes."""
    for part in message.walk():
        if part is not message and part.get_content_type() in _LETTERS:
            inner = part.get_payload()
            first = inner[0] if isinstance(inner, list) and inner else inner
            found = _MESSAGE_ID.search(first.as_string() if isinstance(first, Message) else text_of(part))
            if found:
                return found[1]
    told = [text_of_fields(part) for part in message.walk() if part.get_content_type() in _ABOUT_LETTERS]
    whole = _whole_text(message)
    quoted = _MESSAGE_ID.search("\n".join([*told, whole[len(_before_the_original(whole)) :]]))
    return quoted[1] if quoted else ""


def _unique(addresses: object) -> tuple[str, ...]:
    """Sorted, once each; what an archive or provider has cut ("ann...@example.org") is no address."""
    found = {str(address).strip().strip("<>") for address in addresses}  # type: ignore[attr-defined]
    return tuple(sorted(a for a in found if "@" in a and not a.partition("@")[0].endswith("...")))


def _decoded(address: bytes | str) -> str:
    return address.decode("utf-8", "replace") if isinstance(address, bytes) else address


def _shortened(text: str) -> str:
    return " ".join(text.split())[:LONGEST_DIAGNOSTIC]
