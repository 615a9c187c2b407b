"""Reading what comes back: delivery reports, complaints and automatic answers, in that order of certainty. Pure.

RFC 3464 reports are read by mail.bounces.dsn; all other forms, of which there are as many as mail servers, by flufl.bounce
(the detectors of GNU Mailman) and by the words of the letter.
"""

import email
import logging
import re
from collections import Counter
from email.message import Message

from flufl.bounce import all_failures

from archive.rendering.htmltext import strip_tags
from mail.bounces import dsn
from mail.bounces.automatic import is_automatic, is_receipt, subject_of
from mail.bounces.codes import basic_code, categorise, enhanced_status
from mail.bounces.complaints import read_complaint
from mail.bounces.types import Category, Recipient, Report

logging.getLogger("flufl.bounce").setLevel(logging.ERROR)

LONGEST_DIAGNOSTIC = 500
MOST_READ = 200_000  # characters of a report's own words
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@(?:[\w-]+\.)+[\w-]{2,}")
_FAILED_RECIPIENTS = "x-failed-recipients"  # Exim, Gmail
_DAEMON = re.compile(
    r"mailer-?daemon|postmaster|mail[- ]?delivery|microsoftexchange|no-?reply.*bounce|mdaemon", re.IGNORECASE
)
_RETURNED = re.compile(
    r"undeliver|delivery (?:status notification|has )?(?:failure|failed)|returned mail|failure notice|mail delivery fail"
    r"|could(?: not|n't) be delivered|nondeliverable|non[- ]?remis|unzustellbar|nicht zugestellt|no se (?:ha )?pudo entregar"
    r"|no entregado|mancata consegna|n[aã]o (?:foi )?entregue|onbestelbaar|не доставлен|配信|退信|undelivered|unzustellbarkeit",
    re.IGNORECASE,
)
_STILL_TRYING = re.compile(
    r"delayed|still (?:being )?(?:trying|retried|awaiting|queued)|has not yet been delivered|will (?:continue|keep|be retried)"
    r"|do(?:es)? not need to (?:take any action|resend)|warning: (?:could not|message)|verz[oö]ger|en cours de",
    re.IGNORECASE,
)
_LONG_TIME = re.compile(
    r"(?:giving|given|gave) up|permanent|could not be delivered for (?:more than )?\d", re.IGNORECASE
)


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
    if is_receipt(message) and not _failures(message)[1]:  # Sieve's reject (RFC 5429) comes as a receipt, too
        return Report(Category.AUTO_REPLY, diagnostic=subject_of(message)[:LONGEST_DIAGNOSTIC])
    return _from_status(message) or _from_other_forms(message) or _from_words(message)


def _from_status(message: Message) -> Report | None:
    blocks = dsn.recipients(message)
    failed = [block for block in blocks if dsn.has_failed(block)]
    delayed = [block for block in blocks if dsn.is_delayed(block)]
    if failed:
        categories = [_category(block, _own_words(message)) for block in failed]
        category = Counter(categories).most_common(1)[0][0]
        main = failed[categories.index(category)]
        return _report(message, category, failed, main)
    if delayed:
        return _report(message, Category.DELAY, delayed, delayed[0])
    if blocks:  # delivered, relayed, expanded: good news
        return _report(message, Category.UNKNOWN, [], blocks[0])
    return None


def _category(block: Recipient, words: str) -> Category:
    found = categorise(block.status, block.diagnostic, permanent=True)
    if found != Category.UNKNOWN:
        return found
    return categorise(enhanced_status(block.status, words), words, permanent=True)


def _report(message: Message, category: Category, blocks: list[Recipient], main: Recipient) -> Report:
    addresses = _unique(block.address for block in blocks)
    if not addresses and blocks:
        addresses = _unique(_ADDRESS.findall(str(message.get(_FAILED_RECIPIENTS) or "")))
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
    failed = permanent or _unique(_ADDRESS.findall(str(message.get(_FAILED_RECIPIENTS) or "")))
    words = _own_words(message)
    if failed:
        if not permanent and is_delayed(words):
            return _spoken(message, Category.DELAY, failed, words)
        return _spoken(message, None, failed, words)
    if temporary:
        category = None if _LONG_TIME.search(words) and not _STILL_TRYING.search(words) else Category.DELAY
        return _spoken(message, category, temporary, words)
    return None


def _failures(message: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    try:
        temporary, permanent = all_failures(message)
    except Exception:  # detectors meet letters their authors never saw
        return (), ()
    return _unique(map(_decoded, temporary)), _unique(map(_decoded, permanent))


def _from_words(message: Message) -> Report:
    """Neither a report nor a known form: an automatic answer, or a server that writes as it likes."""
    words = _own_words(message)
    returned = bool(_RETURNED.search(subject_of(message)) or _RETURNED.search(words[:2000]))
    if _is_from_daemon(message) and returned:
        own = _ADDRESS.findall(str(message.get("to") or ""))
        senders = _ADDRESS.findall(str(message.get("from") or ""))
        named = [address for address in _ADDRESS.findall(words) if address not in {*own, *senders}]
        category = Category.DELAY if is_delayed(f"{subject_of(message)}\n{words}") else None
        return _spoken(message, category, _unique(named[:1]), words)
    if is_automatic(message):
        return Report(Category.AUTO_REPLY, diagnostic=_shortened(subject_of(message)))
    if returned:
        return _spoken(message, None, (), words)
    return Report(Category.UNKNOWN, diagnostic=_shortened(subject_of(message)))


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
    return bool(_STILL_TRYING.search(words)) and not _LONG_TIME.search(words)


def _is_from_daemon(message: Message) -> bool:
    sender = str(message.get("from") or "")
    return bool(_DAEMON.search(sender)) or str(message.get("return-path") or "x").strip() == "<>"


def _own_words(message: Message) -> str:
    """What the server itself wrote: the first text parts, not the letter that came back."""
    texts: list[str] = []
    for part in _outer_parts(message):
        if part.get_content_maintype() != "text" or sum(map(len, texts)) > MOST_READ:
            continue
        if part.get_content_subtype() == "rfc822-headers":
            continue
        payload = part.get_payload(decode=True)
        text = _decode(payload if isinstance(payload, bytes) else b"", part.get_content_charset())
        texts.append(strip_tags(text) if part.get_content_subtype() == "html" else text)
    return _before_the_original("\n".join(texts)[:MOST_READ])


_ORIGINAL = re.compile(
    r"^(?:-{2,} ?(?:this is a copy of|the (?:header|body) of|original message|message header|below this line|returned message"
    r"|unsent message|forwarded message|included is a copy)|return-path: ?<|received: from)",
    re.IGNORECASE | re.MULTILINE,
)


def _before_the_original(words: str) -> str:
    match = _ORIGINAL.search(words)
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


def _decode(raw: bytes, charset: str | None) -> str:
    for name in (charset or "utf-8", "utf-8"):
        try:
            return raw.decode(name)
        except (LookupError, UnicodeError):
            continue
    return raw.decode("latin-1")


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
    for part in message.walk():
        if part is not message and part.get_content_type() in (
            "message/rfc822",
            "text/rfc822-headers",
            "message/global",
        ):
            inner = part.get_payload()
            first = inner[0] if isinstance(inner, list) and inner else inner
            text = first.as_string() if isinstance(first, Message) else str(first)
            match = re.search(r"^message-id:\s*<([^<>\s]+)>", text, re.IGNORECASE | re.MULTILINE)
            if match:
                return match.group(1)
    return ""


def _unique(addresses: object) -> tuple[str, ...]:
    """Sorted, once each; what an archive or provider has cut ("ann...@example.org") is no address."""
    found = {str(address).strip().strip("<>") for address in addresses}  # type: ignore[attr-defined]
    return tuple(sorted(a for a in found if "@" in a and not a.partition("@")[0].endswith("...")))


def _decoded(address: bytes | str) -> str:
    return address.decode("utf-8", "replace") if isinstance(address, bytes) else address


def _shortened(text: str) -> str:
    return " ".join(text.split())[:LONGEST_DIAGNOSTIC]
