"""The base subject: what a subject is about once replies, forwards and list tags are taken off (RFC 5256 §2.1, and
other languages)."""

import re
from functools import lru_cache

_LONGEST = 2000

# Reply and forward words as mail programs write them, lower case. Left out where they are also plain words before a
# colon ("Ad:", "I:").
_WORDS = (
    r"re(?:-\d{1,3})?|fwd?|aw|antw\.?|antwort|wg|sv|svar|vs|vb|vl|vedr\.?|betr\.?|tr|rép|rep|réf\s?\.?|ref\.?|rv|res|enc|rif|r|odp|odg|pd|"
    r"ynt|yan|ilt|doorst|vá|továbbítás|bls|trs|fs|atb\.?|atsakymas|ang|balas|trả lời|phản hồi|chuyển tiếp|ตอบ|ส่งต่อ|رد|پاسخ|"
    r"回复|回覆|答复|答覆|转发|轉寄|返信|転送|회신|전달|отв|ответ|пер|на|σχετ|απ|πρθ|תשובה|השב|הועבר|רד"
)
_COUNTER = r"(?:\s*[\[(^*]?\s*\d{1,3}\s*[\])]?)?"
_PREFIX = re.compile(rf"(?:{_WORDS}){_COUNTER}\s?(?:\[[^\[\]]*\]\s?)?[:：]\s?", re.IGNORECASE)
_BLOB = re.compile(
    r"(?:\[[^\[\]]*+\]|\*{2,9}\s?SPAM\s?\*{2,9}|\{spam\?\})\s?", re.IGNORECASE
)  # a list's tag, or a filter's
_FORWARD_OPEN = re.compile(r"\[(?:fwd?|wg|tr)[:：]\s?", re.IGNORECASE)
_FORWARD_TAIL = re.compile(r"(?:\s?\(fwd\))+$", re.IGNORECASE)


@lru_cache(maxsize=4096)
def base_subject(subject: str) -> tuple[str, bool]:
    """A decoded subject without prefixes, list tags ("[users]") and "(fwd)", white space collapsed, case kept; and
    whether anything said it is a reply or a forward. A tag that is all there is stays."""
    rest = " ".join(subject[:_LONGEST].split())
    is_reply = False
    while True:
        tail = _FORWARD_TAIL.search(rest[-60:])
        if tail:
            rest, is_reply = rest[: len(rest) - len(tail[0])].rstrip(), True
        before = rest
        rest, replied = _without_leaders(rest)
        is_reply |= replied
        forward = _FORWARD_OPEN.match(rest) if rest.endswith("]") else None
        if forward:
            rest, is_reply = rest[forward.end() : -1].strip(), True
        if rest == before:
            return rest, is_reply


def _without_leaders(text: str) -> tuple[str, bool]:
    """Prefixes taken off the front, each with the tags before it; then tags, unless nothing would be left."""
    at, is_reply = 0, False
    while True:
        behind_tags = _behind_tags(text, at)
        prefix = _PREFIX.match(text, behind_tags)
        if not prefix:
            return text[behind_tags if behind_tags < len(text) else at :], is_reply
        at, is_reply = prefix.end(), True


def _behind_tags(text: str, at: int) -> int:
    while (tag := _BLOB.match(text, at)) and not _FORWARD_OPEN.match(text, at):
        at = tag.end()
    return at


def behind_reply_words(subject: str) -> int:
    """Where the words end that say it is a reply or a forward: 4 in "Re: seeds", 0 where there are none."""
    at = 0
    while prefix := _PREFIX.match(subject, at):
        at = prefix.end()
    return at
