"""In which language a letter is, from its script and its commonest words: enough for a rule, and "" where it cannot be told.
Pure; no package, no model."""

import re
from collections import Counter

_WORD = re.compile(r"[^\W\d_]+")
LEAST_WORDS = 6  # known words, before anything is said
LOOKED_AT = 2000  # words
COMMON = {
    "en": "the and of to is in that it for you was with this are have not but what your from they would there which be we",
    "de": "der die das und ist nicht ich sie wir ein eine mit auf für dass den dem von zu auch wie noch aber haben wird sich",
    "fr": "le la les des et est que une dans pour vous nous pas sur avec qui ce cette mais sont au du je il plus votre",
    "es": "el los las que una por con para del como pero está este esta son muy más sus hay nos usted también lo se su",
    "it": "il che di gli una per con non sono della come anche più nel alla ma questo questa delle ha ci mi sono hanno",
    "pt": "os as que uma por com para não do da como mas está este esta são muito mais seu sua você também ao em um",
    "nl": "de het een en van niet dat is ik op zijn met voor ook maar wij aan hebben deze naar bij nog wel worden jullie",
    "sv": "och att det är en som på inte jag för med har till av men vi om kan ett så den från eller hade också",
    "da": "og at det er en som på ikke jeg for med har til af men vi om kan et så den fra eller havde også",
    "nb": "og at det er en som på ikke jeg for med har til av men vi om kan et så den fra eller hadde også",
    "fi": "ja on ei että se hän oli mutta ovat myös kun niin mitä tämä joka kanssa ole voi siitä sitä minä olen",
    "pl": "i w nie na się że to jest z do jak ale po co tak za od przez był dla może już tylko są oraz",
    "cs": "a se na je že to v s z do jak ale jsem jsou pro po tak by už jen ještě který které není také",
    "ro": "și în nu la că este cu pe din mai sunt pentru ce care dar sau fost prin această acest după",
    "hu": "a az és hogy nem is van egy ez meg de csak volt már mint még kell vagy ha lesz nagyon",
    "tr": "ve bir bu da de için ile çok ne var daha gibi ama olarak kadar sonra ben olan değil mi",
    "id": "yang dan di ini itu dengan untuk tidak dari dalam akan pada juga ke saya adalah kami bisa atau anda",
}
_COMMON = {code: frozenset(words.split()) for code, words in COMMON.items()}
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("uk", re.compile(r"[іїєґІЇЄҐ]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)
_LETTERS = re.compile(r"[^\W\d_]")


def language_of(text: str) -> str:
    """A two-letter code, or ""."""
    text = text[:40_000]
    return _by_script(text) or _by_words(text)


def _by_script(text: str) -> str:
    letters = len(_LETTERS.findall(text))
    for code, script in _SCRIPTS:
        found = len(script.findall(text))
        share = {"ja": 0.1, "uk": 0.02}.get(code, 0.4)
        if letters and found >= 4 and found / letters >= share:
            return code
    return ""


def _by_words(text: str) -> str:
    words = Counter(word.lower() for word in _WORD.findall(text)[:LOOKED_AT])
    scores = sorted(((sum(words[word] for word in common), code) for code, common in _COMMON.items()), reverse=True)
    (best, code), (second, _) = scores[0], scores[1]
    return code if best >= LEAST_WORDS and best > second * 1.1 else ""
