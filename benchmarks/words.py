"""Words that no language has, as often as words of a language are used (Zipf), in Latin and in other scripts."""

from array import array
from dataclasses import dataclass, field
from random import Random

VOWELS, CONSONANTS = "aeiou", "bcdfghklmnprstvw"
SHIFT = 13  # of 32 random bits, the upper 19 choose a slot
PHRASES = 3000
PHRASE_LENGTHS = (2, 2, 3, 4)
SLOTS = 1 << (32 - SHIFT)


def zipf_slots(words: list[str], slots: int = SLOTS) -> list[str]:
    """A table in which the word of rank n stands n times more seldom than the first: one look at random is one choice."""
    harmonic = sum(1 / rank for rank in range(1, len(words) + 1))
    table: list[str] = []
    for rank, word in enumerate(words, 1):
        table += [word] * max(1, int(slots / (rank * harmonic)))
    while len(table) < slots:
        table += words[: slots - len(table)]
    return table[:slots]


class Vocabulary:
    """Chooses words; the same generator of random numbers gives the same ones."""

    def __init__(self, random: Random, count: int) -> None:
        self.random = random
        made = sorted({self.word() for _ in range(count * 2)}, key=lambda word: (len(word), word))[:count]
        random.shuffle(made)
        self._slots = zipf_slots(made)
        self._slots = zipf_slots(self._with_phrases(made))

    def _with_phrases(self, words: list[str]) -> list[str]:
        """Words and, among the frequent ones, phrases of several: letters then pack as well as real ones do."""
        mixed: list[str] = []
        for rank, word in enumerate(words):
            mixed.append(word)
            if rank >= 8 and rank < PHRASES:
                mixed.append(" ".join(self.some(self.random.choice(PHRASE_LENGTHS))))
        return mixed

    def word(self) -> str:
        """A new word of one to four syllables."""
        choice = self.random.choice
        syllables = self.random.choices((1, 2, 3, 4), (10, 45, 35, 10))[0]
        ending = choice("nrst") if self.random.random() < 0.4 else ""
        return "".join(choice(CONSONANTS) + choice(VOWELS) for _ in range(syllables)) + ending

    def some(self, count: int) -> list[str]:
        """So many words or phrases."""
        slots = self._slots
        return [slots[number >> SHIFT] for number in array("I", self.random.randbytes(4 * count))]


@dataclass(frozen=True)
class Script:
    """A script, the charset its letters are sent in, and what stands between two words."""

    charset: str
    ranges: tuple[tuple[int, int], ...]
    space: str = " "
    lengths: tuple[int, int] = (2, 9)
    words: list[str] = field(default_factory=list)

    def filled(self, random: Random, count: int = 1500) -> "Script":
        """The same with words, made of what its charset can carry."""
        signs = [chr(code) for first, last in self.ranges for code in range(first, last + 1) if self._has(chr(code))]
        words = ["".join(random.choices(signs, k=random.randint(*self.lengths))) for _ in range(count)]
        return Script(self.charset, self.ranges, self.space, self.lengths, zipf_slots(words, 1 << 14))

    def _has(self, sign: str) -> bool:
        try:
            sign.encode(self.charset)
        except UnicodeEncodeError:
            return False
        return sign.isprintable()

    def text(self, random: Random, count: int) -> list[str]:
        """Lines of `count` words."""
        words = random.choices(self.words, k=count)
        return [self.space.join(words[start : start + 10]) for start in range(0, count, 10)]


SCRIPTS = (
    Script("koi8-r", ((0x0430, 0x044F),)),
    Script("utf-8", ((0x0430, 0x044F),)),
    Script("iso-8859-7", ((0x03B1, 0x03C9),)),
    Script("iso-8859-1", ((0x61, 0x7A), (0x61, 0x7A), (0xE0, 0xF6))),
    Script("iso-2022-jp", ((0x3042, 0x3093), (0x4E00, 0x5200)), "", (2, 4)),
    Script("gb2312", ((0x4E00, 0x5800),), "", (2, 3)),
    Script("euc-kr", ((0xAC00, 0xB400),), lengths=(2, 4)),
    Script("utf-8", ((0x0627, 0x064A),)),
    Script("utf-8", ((0x0905, 0x0939),)),
    Script("utf-8", ((0x0E01, 0x0E2E),), ""),
)
