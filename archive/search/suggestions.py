""" "Did you mean": a word that nobody wrote, replaced by one near it that gives hits.

Candidates come from the whole index, but only a word that gives hits in the asker's own scope is ever suggested, and which
one is decided by those hits alone: words of private groups do not shine through.
"""

from collections.abc import Callable, Sequence

from archive.search.engine import Engine, Scope, Words
from archive.search.language import Query, Text, leaves, parse, replaced
from archive.search.words import is_unspaced, words_asked

SHORTEST = 3
LONGEST = 30
SHARED_START = 3  # letters that a word two mistakes away must share
MOST_CANDIDATES = 2000
TRIED = 5  # candidates that are counted in the asker's scope
RARE = 10  # letters: a word in no more may itself be a slip of the pen
MOST_DOUBTED = 8  # words of a query that are looked at
MOST_DOUBTED_WHERE_FOUND = 3
FAR_MORE = 50  # times as many letters must have the word that is suggested for it
CORRECTED = ("", "subject", "body", "quoted", "from")

_ALPHABETS = [
    "abcdefghijklmnopqrstuvwxyz0123456789",
    "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ",
    "αβγδεζηθικλμνξοπρστυφχψω",
]
_ALPHABETS += ["אבגדהוזחטיכלמנסעפצקרשתםןףץך", "ءابتثجحخدذرزسشصضطظعغفقكلمنهويةئؤ"]
Counter = Callable[[Words], int]


def suggest(query: Query, found: int, engine: Engine, count: Callable[[Query], int], scope: Scope) -> str:
    """The query with its doubtful words corrected, if that finds more than the `found` letters it finds itself; else "".
    `count` counts a query's letters."""
    if query.node is None:
        return ""
    texts = [leaf for leaf in leaves(query.node, wanted_only=True) if isinstance(leaf, Text)]
    if found and len(texts) > MOST_DOUBTED_WHERE_FOUND:
        return ""
    spans = []
    for leaf in texts[:MOST_DOUBTED]:
        better = _better(leaf, engine, scope)
        if better:
            spans.append((leaf.start, leaf.end, better))
    if not spans:
        return ""
    text = replaced(query.text, spans)
    return text if count(parse(text)) > found else ""


def _better(leaf: Text, engine: Engine, scope: Scope) -> str:
    """A word near this one that is written in the scope, where this one is not, or hardly ever."""
    words = words_asked(leaf.text)
    if leaf.prefix or leaf.field not in CORRECTED or len(words) != 1:
        return ""
    word = words[0][1]
    fits = SHORTEST <= len(word) <= LONGEST and word.isalpha() and not is_unspaced(word)
    letters = _letters_with(word, leaf, engine, scope) if fits else RARE + 1
    if letters > RARE:
        return ""
    tried = [(other, _letters_with(other, leaf, engine, scope)) for other in candidates(word, engine)[:TRIED]]
    known = [(count, other) for other, count in tried if count > letters * FAR_MORE]
    return max(known)[1] if known else ""


def _letters_with(word: str, leaf: Text, engine: Engine, scope: Scope) -> int:
    fields = ("sender",) if leaf.field == "from" else ("subject", "sender", "body", "quoted")
    return engine.search(Words(fields, ((0, word),)), scope, sort="date", limit=1, facets=False).count


def candidates(word: str, engine: Engine) -> list[str]:
    """Words of the index one mistake away, else two, the most frequent first."""
    near = engine.frequencies(sorted(one_mistake_away(word)))
    if not near and len(word) > SHARED_START + 1:
        others = engine.beginning_with(word[:SHARED_START], MOST_CANDIDATES)
        near = engine.frequencies(
            [other for other in others if _may_be_near(word, other) and within_two(word, other)][:50]
        )
    return sorted(near, key=lambda other: (-near[other], other))


def one_mistake_away(word: str) -> set[str]:
    """Every string that differs by one letter left out, too many, wrong, or swapped with its neighbour (Norvig)."""
    alphabet = next((letters for letters in _ALPHABETS if word[0] in letters), "")
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = {left + right[1:] for left, right in halves if right}
    found |= {left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1}
    found |= {left + letter + right[1:] for left, right in halves if right for letter in alphabet}
    found |= {left + letter + right for left, right in halves for letter in alphabet}
    return found - {word, ""}


def _may_be_near(first: str, second: str) -> bool:
    """A cheap look before the dear one: two mistakes change at most two letters."""
    return (
        abs(len(first) - len(second)) <= 2 and len(set(first) - set(second)) <= 2 and len(set(second) - set(first)) <= 2
    )


def within_two(first: str, second: str) -> bool:
    """Whether at most two letters were left out, added, changed or swapped (optimal string alignment distance)."""
    if abs(len(first) - len(second)) > 2:
        return False
    before: Sequence[int] = range(len(second) + 1)
    row: Sequence[int] = before
    older: Sequence[int] = row
    for i, letter in enumerate(first, 1):
        older, before = before, row
        fresh = [i]
        for j, other in enumerate(second, 1):
            best = min(before[j] + 1, fresh[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other:
                best = min(best, older[j - 2] + 1)
            fresh.append(best)
        if min(fresh) > 2:
            return False
        row = fresh
    return row[-1] <= 2
