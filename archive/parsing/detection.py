"""Which charset unlabelled bytes are in: escape sequences, UTF-8, then the shape of the bytes and the frequency of
letters.

Made for letters of a few lines, where general detectors waver, and cheap: every test is one pass over at most 16 KiB.
"""

import re
from collections import Counter

_SAMPLE = 16384
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_ASCII_BYTES = bytes(range(128))
_NOT_LETTERS = bytes(byte for byte in range(256) if not chr(byte).isascii() or not chr(byte).isalpha())
_ISO_2022 = (
    (b"\x1b$)C", "iso2022_kr"),
    (b"\x1b$B", "iso2022_jp_ext"),
    (b"\x1b$@", "iso2022_jp_ext"),
    (b"\x1b(J", "iso2022_jp_ext"),
    (b"\x1b(I", "iso2022_jp_ext"),
    (b"\x1b$(D", "iso2022_jp_ext"),
    (b"\x1b$(Q", "iso2022_jp_3"),
    (b"\x1b$(O", "iso2022_jp_3"),
    (b"\x1b$A", "iso2022_jp_2"),
)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))

# letters in a hundred, so that the mean over a text in that language is about 6 and over any other mapping far less
_RUSSIAN = (
    "о11 е8.5 а8 и7.4 н6.7 т6.3 с5.5 р4.7 в4.5 л4.4 к3.5 м3.2 д3 п2.8 у2.6 я2 ы1.9 ь1.7 г1.7 з1.6 б1.6 "
    "ч1.4 й1.2 х1 ж.9 ш.7 ю.6 ц.5 щ.4 э.3 ф.3 і3 ї1 є1 ё.1 "
)
_GREEK = (
    "α10 ο9 ι8 ε8 τ8 σ5 ς4 ν6.5 η4 υ4 ρ4.2 π4 κ4 μ3.4 λ3 ω2 δ2 γ2 χ1.2 θ1.3 φ1 β.8 ξ.5 ζ.5 ψ.2 ά2 έ2 ή1 ί2 ό2 ύ1 ώ1 "
)
_HEBREW = (
    "י11 ו10 ה9 ל7 א6.5 ר5.6 ת5 ב5 ש4.5 מ4.5 ד2.5 נ3 ע3 ח2.5 ם2.6 ק2 פ2 כ2 ן1.2 ט1.2 ג1.2 צ1.2 ס1.5 ז1.3 ך.8 ף.3 ץ.2 "
)
_ARABIC = (
    "ا13 ل12 ي7 م6.5 و6 ن6 ر5 ت4.5 ب4 ة4 ع4 د3.5 س3 ف3 ه3.5 ك2.5 ق2.5 أ2 ح2 ج1.5 ش1 ص1 ى1 خ1 إ1 ط1 ض.7 "
    "ز.6 ذ.5 ث.5 ئ.4 ء.4 غ.4 ؤ.2 ظ.2 "
)
_THAI = (
    "า7 น7 ร6.5 ก6 อ5 เ5 ง4.5 ่5 ม4 ย4 ล4 ว4 ด3.5 ท3.5 ้4 ส3 ต3 ั4 ะ3 ป2.5 บ2.5 ค2.5 ห2.5 ี3 แ2.5 จ2 ิ2.5 "
    "ไ2 ข2 พ2 ์1.5 ใ1.5 ช1.5 ุ2 ู1.5 ึ1 ถ1 ำ1 โ1 ็1 ผ1 ณ1 ศ1 ซ1 ื1.5 "
)


def _frequencies(table: str) -> dict[str, float]:
    return {letter: float(weight) for letter, weight in re.findall(r"([^\d. ])([\d.]+)", table)}


_SCRIPTS = {
    "cp1251": _frequencies(_RUSSIAN),
    "koi8-r": _frequencies(_RUSSIAN),
    "cp866": _frequencies(_RUSSIAN),
    "iso8859-5": _frequencies(_RUSSIAN),
    "cp1253": _frequencies(_GREEK),
    "cp1255": _frequencies(_HEBREW),
    "cp1256": _frequencies(_ARABIC),
    "cp874": _frequencies(_THAI),
}
_ENOUGH = 3.0  # mean frequency from which a script counts as recognised
_CENTRAL_EUROPEAN = re.compile(rb"[A-Za-z\xc0-\xff][\xb1\xb3\xb6\xb9\xbc\xbe\xbf\x9f\x9d](?=[a-z\xc0-\xff])")
_LATIN_2_ONLY = re.compile(rb"[\xb1\xb6\xbc\xb5\xbe]")


def guess_charset(data: bytes) -> str:
    """Python's codec name for bytes without a (believable) label; "cp1252" where nothing speaks for anything else."""
    sample = data[:_SAMPLE]
    for bom, charset in _BOMS:
        if sample.startswith(bom):
            return charset
    for escape, charset in _ISO_2022:
        if escape in sample:
            return charset
    if _nearly_utf8(sample):
        return "utf-8"
    return _two_byte_unicode(sample) or _guess_8bit(sample)


def _nearly_utf8(sample: bytes) -> bool:
    """Valid but for a broken character in two hundred (a cut in the middle of one, a stray byte)."""
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return broken == 0 or broken * 200 < len(text) - len(text.encode("ascii", "ignore"))


def _two_byte_unicode(sample: bytes) -> str:
    half = len(sample) // 2
    if sample.count(0) * 3 < half or half < 4:
        return ""
    return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"


def _guess_8bit(sample: bytes) -> str:
    high = sample.translate(None, _ASCII_BYTES)
    letters = len(sample.translate(None, _NOT_LETTERS))
    runs = _HIGH_RUN.findall(sample)
    if len(high) > 2.2 * len(runs) or len(high) > letters or (len(high) > 1.2 * len(runs) and b"\x82" in high):
        return _east_asian(sample, high, runs) or _script_of(sample, high) or _latin(sample, high)
    return _latin(sample, high)


def _east_asian(sample: bytes, high: bytes, runs: list[bytes]) -> str:
    if len(re.findall(rb"[\x82\x83][\x40-\x7e\x80-\xfc]", sample)) * 6 > len(high) and _fits(sample, "cp932"):
        return "cp932"
    even = sum(1 for run in runs if len(run) % 2 == 0)
    if even >= 0.9 * len(runs):
        return _double_byte(sample, runs)
    leads = Counter(match[0] for match in re.findall(rb"[\x80-\xff][\x40-\x7e\xa1-\xfe]", sample))
    common = sum(count for lead, count in leads.items() if 0xA4 <= lead <= 0xC6 or lead == 0xA1)
    if common > 0.75 * leads.total() and leads.total() * 3 > len(high) and _fits(sample, "big5hkscs"):
        return "big5hkscs"
    return ""


def _double_byte(sample: bytes, runs: list[bytes]) -> str:
    """EUC-JP, EUC-KR, GB or Big5, all of whose characters here are two high bytes."""
    leads = Counter(lead for run in runs for lead in run[::2])
    total = leads.total()
    if (leads[0xA4] + leads[0xA5]) * 4 > total and _fits(sample, "euc_jp"):
        return "euc_jp"
    if total < 8 and _script_of(sample, b"".join(runs)):
        return ""
    if (
        sum(leads[lead] for lead in range(0xB0, 0xC9)) > 0.93 * total
        and total < 7 * len(runs)
        and _fits(sample, "cp949")
    ):
        return "cp949"
    common = sum(leads[lead] for lead in range(0xB0, 0xD8)) + leads[0xA1] + leads[0xA3]
    return "gb18030" if common > 0.8 * total and _fits(sample, "gb18030") else ""


def _fits(sample: bytes, charset: str) -> bool:
    text = sample.decode(charset, "replace")
    return text.count("\ufffd") * 100 <= len(text)


def _script_of(sample: bytes, high: bytes) -> str:
    """The one-byte charset under which the text reads most like its language, "" where none does."""
    counts = Counter(high)
    scores = {charset: _mean_frequency(counts, charset, table) for charset, table in _SCRIPTS.items()}
    best = max(scores, key=lambda charset: scores[charset])
    if scores[best] < _ENOUGH:
        return ""
    return "koi8-u" if best == "koi8-r" and re.search(rb"[\xa4\xa6\xa7\xad]", sample) else best


def _mean_frequency(counts: Counter[int], charset: str, table: dict[str, float]) -> float:
    total = 0.0
    for byte, count in counts.items():
        letter = bytes([byte]).decode(charset, "replace")
        lower = table.get(letter)
        if lower is None:  # capitals are a tenth of letters
            lower = table[letter.lower()] * 0.3 if letter.lower() in table else (0.0 if letter.isspace() else -4.0)
        total += lower * count
    return total / max(1, counts.total())


def _latin(sample: bytes, high: bytes) -> str:
    central = _CENTRAL_EUROPEAN.findall(sample)
    if len(central) >= 2 and len(central) * 10 > len(high):
        windows = len(re.findall(rb"[a-zA-Z][\xb9\x9c\x9f\x9d\x9e\x9a]", sample))
        return "cp1250" if windows >= len(_LATIN_2_ONLY.findall(sample)) else "iso8859-2"
    turkish = sum(map(high.count, b"\xfd\xfe\xf0"))
    if turkish * 4 > len(high) and len(high) > 3 and not any(map(high.count, b"\xe1\xed\xf3\xfa\xe6")):
        return "cp1254"
    return "cp1252"
