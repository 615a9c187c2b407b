"""A letter to everybody that was meant for the list's machine: "unsubscribe", and not much more."""

import re

from mail.rules.types import Finding, Post, hold

_SHORT = 6  # words
_LEAVE = frozenset(
    {
        "unsubscribe",
        "unsubscribe me",
        "please unsubscribe",
        "please unsubscribe me",
        "remove",
        "remove me",
        "stop",
        "please remove me",
    }
    | {"signoff", "sign off", "leave", "unjoin", "take me off this list", "please remove me from this list", "abmelden"}
    | {
        "désinscription",
        "désabonner",
        "desuscribir",
        "darse de baja",
        "baja",
        "cancellami",
        "uitschrijven",
        "avregistrera",
    }
)
_JOIN = frozenset(
    {"subscribe", "subscribe me", "please subscribe", "please subscribe me", "join", "anmelden", "abonnieren"}
)
_HELP = frozenset({"help", "who", "info", "lists", "confirm", "set nomail", "set digest"})
_UNSUBSCRIBE = frozenset(
    {"unsubscribe", "unsub", "unsubcribe", "unsubsribe", "unsuscribe", "unsubscibe", "unsubscribed"}
)
# The same in a short sentence, or in languages without spaces.
WISH_TO_LEAVE = re.compile(
    r"\bun-?subscribe\b|\btake (?:me|my \w+) (?:\w+ )?off\b|\bremove (?:me|my (?:e-?mail|address|name|subscription))\b"
    r"|\bmeld(?:e|en|et|et sie|en sie)? mich .{0,40}\bab\b|\b(?:abmelden|abbestellen|austragen)\b|\bd[ée]s(?:inscri|abonn)\w+"
    r"|\bdar(?:se|me)? de baja\b|\bcancellar(?:mi|e)\b|\bdisiscriv\w+|\b(?:descadastrar|cancelar (?:minha |a )?inscrição)\b"
    r"|\b(?:uitschrijven|afmelden)\b|\bотпи(?:сать|шите)|退[订訂会]|配信停止|(?:購読|登録)解除",
    re.IGNORECASE,
)
_LONGEST_WISH = (8, 80)  # words, characters
_NOT_WORDS = re.compile(r"[^\w\s]+")


def check(post: Post) -> Finding | None:
    body, subject = _plain(post.text, post.group.slug), _plain(post.subject, post.group.slug)
    is_short = len(post.text) < 200 and len(post.text.split()) <= _SHORT
    is_empty = not post.text.strip()
    for words, extension, wish, says_all in (
        (_LEAVE, "unsubscribe", "leave the group", is_short),
        (_JOIN, "subscribe", "join the group", is_empty),
        (_HELP, "help", "get help", is_empty),  # "Info" and a sentence is a letter
    ):
        if body in words or (says_all and subject in words) or (words is _LEAVE and _is_wish_to_leave(post.text)):
            address = post.group.command(extension)
            return hold(
                f"It looks like a command to the group's machine, not a letter: somebody wants to {wish}.",
                f"If you want to {wish}, write to {address}; your letter would otherwise go to everybody.",
            )
    return None


def _is_wish_to_leave(text: str) -> bool:
    words, characters = _LONGEST_WISH
    return len(text) <= characters and len(text.split()) <= words and WISH_TO_LEAVE.search(text) is not None


def _plain(text: str, slug: str) -> str:
    """A few words without marks and without the group's name or an address, which people add ("unsubscribe gardeners")."""
    if len(text) > 200:
        return ""
    words = _words(text)
    name = _words(slug)
    if len(words) > len(name) and words[-len(name) :] == name:
        words = words[: -len(name)]
    if words and words[0] in _UNSUBSCRIBE and len(words) <= _SHORT:
        return "unsubscribe"
    return " ".join(words)


def _words(text: str) -> list[str]:
    return _NOT_WORDS.sub(" ", text.casefold()).split()
