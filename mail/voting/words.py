"""Words of answers to polls, in the languages people write them in. Small letters. Pure."""

from mail.commands import words

YES = frozenset({*words.YES, "yes", "y", "yep", "yeah", "sure", "can", "✓", "✔", "✅", "x", "o"}) - {"👎"}
NO = frozenset({*words.NO, "nope", "cannot", "can't", "✗", "✘", "❌"})
MAYBE = frozenset(
    {
        "maybe", "m", "perhaps", "possibly", "if need be", "ifneedbe", "if needed", "?", "(yes)", "(y)", "vielleicht", "zur not",
        "evtl", "eventuell", "(ja)", "peut-être", "peut-etre", "si besoin", "(oui)", "quizá", "quizás", "quiza", "tal vez",
        "a lo mejor", "(sí)", "talvez", "forse", "misschien", "kanske", "måske", "kanskje", "ehkä", "może", "moze", "możliwe",
        "možná", "возможно", "может быть", "也许", "也許", "可能", "たぶん", "多分", "아마", "어쩌면", "ربما", "אולי",
    }
)  # fmt: skip
OTHER = (
    "other", "others", "something else", "write-in", "write in", "andere", "anderes", "anderer", "sonstiges", "autre", "otro",
    "otra", "outro", "outra", "altro", "altra", "anders", "annan", "annat", "anden", "andet", "annet", "muu", "inne", "inny",
    "jiné", "jiný", "другое", "другой", "其他", "其它", "その他", "기타", "آخر", "אחר",
)  # fmt: skip
ALL = frozenset(
    {"all", "yes to all", "all of them", "every", "any", "any of them", "alle", "alles", "tous", "toutes", "todos", "todas",
     "tutti", "tutte", "allemaal", "alla", "kaikki", "wszystkie", "všechny", "все", "全部", "すべて", "전부", "הכל", "الكل"}
)  # fmt: skip
AND = ("and", "und", "et", "y", "e", "en", "och", "og", "ja", "i", "a", "и", "和", "と", "và")
THEN = (
    "then",
    "dann",
    "puis",
    "ensuite",
    "luego",
    "depois",
    "poi",
    "dan",
    "sedan",
    "derefter",
    "potem",
    "pak",
    "потом",
)
# What may stand before the answer itself: "I vote for option 2", "Meine Stimme: 2".
BEFORE = (
    "i vote for", "i vote", "i would like", "i'd like", "i choose", "i prefer", "my vote is", "my vote", "my answer is",
    "my answer", "my choice is", "my choice", "vote for", "vote", "answer", "i'm for", "i am for", "for me", "ich stimme für",
    "ich wähle", "meine stimme", "stimme für", "je vote pour", "je choisis", "mon vote", "mi voto es", "mi voto", "voto por",
    "voto", "meu voto", "il mio voto", "ik stem voor", "ik stem", "min röst", "min stemme", "ääneni", "głosuję na", "mój głos",
    "hlasuji pro", "за", "мой голос", "голосую за", "我选", "我投",
)  # fmt: skip
NUMBER = (
    "options", "option", "numbers", "number", "choice", "choices", "no", "nr", "nos", "nummer", "numéro", "número", "numero",
    "opción", "opção", "opzione", "optie", "alternativ", "вариант", "номер", "№",
)  # fmt: skip
