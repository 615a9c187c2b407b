"""Bytes to text, whatever the label says."""

import pytest

from archive.parsing import parse_message
from archive.parsing.charsets import decode, find_codec
from archive.parsing.detection import guess_charset
from tests.archive.parsing.letters import read, text

SAMPLES = {
    "Здравствуйте, уважаемые коллеги! Слива у ворот цветёт.": ["cp1251", "koi8-r", "cp866", "iso8859-5"],
    "Καλημέρα σας, η δαμασκηνιά κοντά στην πύλη άνθισε.": ["cp1253"],
    "שלום לכולם, עץ השזיף ליד השער פורח": ["cp1255"],
    "السلام عليكم، شجرة البرقوق عند البوابة أزهرت": ["cp1256"],
    "สวัสดีครับ ต้นพลัมข้างประตูออกดอกแล้ว": ["cp874"],
    "門のそばの梅の木が咲いています。": ["euc_jp", "cp932", "iso2022_jp"],
    "안녕하세요. 문 옆의 자두나무에 꽃이 피었습니다. 감사합니다.": ["cp949"],
    "门边的李子树开花了，谢谢大家！": ["gb18030"],
    "門邊的李子樹開花了，謝謝大家！": ["big5hkscs"],
    "Der Pflaumenbaum blüht schon, schöne Grüße": ["cp1252"],
    "Zażółć gęślą jaźń, śliwa już kwitnie przy bramie": ["cp1250", "iso8859-2"],
    "Kapının yanındaki erik ağacı çiçek açtı, teşekkürler, ışık": ["cp1254"],
    "Grüße 🌸": ["utf-8", "utf-16"],
}


@pytest.mark.parametrize(
    ("words", "charset"), [(words, charset) for words, charsets in SAMPLES.items() for charset in charsets]
)
def test_unlabelled_text_is_guessed_right(words, charset):
    data = words.encode(charset)
    assert decode(data).text == words, guess_charset(data)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("charset_with_language", "Le prunier est déjà en fleur, près de l'entrée.\n"),
        ("charset_hebrew_implicit", "עץ השזיף ליד השער פורח\n"),
        ("charset_shift_jis_by_its_old_name", "門のそばの梅の木が咲いています。\n"),
        ("charset_missing_koi8", "Здравствуйте! Слива у ворот уже цветёт, приезжайте в субботу.\n"),
        ("charset_missing_windows_1251", "Здравствуйте! Слива у ворот уже цветёт, приезжайте в субботу.\n"),
        ("charset_missing_gb", "门边的李子树开花了，星期六请过来。谢谢大家！\n"),
        ("charset_missing_latin", "Der Pflaumenbaum blüht schon, schöne Grüße\n"),
        ("charset_missing_escape_sequences", "門のそばの梅の木が咲いています。\n"),
        ("charset_says_latin_is_utf8", "Der Pflaumenbaum blüht schon, schöne Grüße\n"),
        ("charset_says_utf8_is_latin", "Der Pflaumenbaum blüht schon, schöne Grüße\n"),
        ("charset_says_ascii_is_utf8", "Der Pflaumenbaum blüht\n"),
        ("charset_latin_with_smart_quotes", "“It flowers” – said Ada’s neighbour… 5 €\n"),
        ("charset_glued_to_markup", "Grüße\n"),
        ("charset_nobody_knows", "Grüße aus dem Garten\n"),
        ("charset_says_nothing", "Grüße aus dem Garten\n"),
        ("charset_utf7", "Grüße aus dem Garten\n"),
        ("charset_utf16", "Grüße 🌱\n"),
        ("charset_cut_in_a_character", "Grüße aus dem Gärtchen mit Blüten und \ufffd"),
        ("nul_bytes", "The plum tree flowers.\n"),
        ("lone_surrogates", "half a character: \ufffd and on\n"),
    ],
)
def test_a_letter_in_an_odd_charset_is_readable(name, expected):
    assert text(name) == expected


def test_an_html_page_may_name_its_charset_itself():
    assert "Слива" in read("html_with_charset_inside").bodies[0].text


@pytest.mark.parametrize("name", ["charset_says_latin_is_utf8", "charset_says_utf8_is_latin", "charset_missing_koi8"])
def test_a_repair_is_remarked_upon(name):
    assert read(name).defects == ["charset-repaired"]


def test_an_unknown_name_is_remarked_upon():
    assert read("charset_nobody_knows").defects == ["charset-unknown"]


def test_a_right_label_is_not_remarked_upon():
    assert read("charset_hebrew_implicit").defects == []


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("UTF-8", "utf-8"),
        ('"utf-8"', "utf-8"),
        ("utf-8*fr", "utf-8"),
        ("utf-8;format=flowed", "utf-8"),
        ("utf8", "utf-8"),
        ("iso-8859-1", "cp1252"),
        ("ISO_8859-1:1987", "cp1252"),
        ("latin1", "cp1252"),
        ("ansi_x3.110", "cp1252"),
        ("cp-850", "cp850"),
        ("windows-1252http-equivcontent-type", "cp1252"),
        ("windows1251", "cp1251"),
        ("CP 1252", "cp1252"),
        ("iso-8859-8-i", "iso8859-8"),
        ("x-sjis", "cp932"),
        ("gb2312", "gb18030"),
        ("ks_c_5601-1987", "cp949"),
        ("x-mac-roman", "mac_roman"),
        ("iso885915", "iso8859-15"),
        ("csISOLatin1", "cp1252"),
        ("", ""),
        ("unknown-8bit", ""),
        ("x-unknown", ""),
        ("default_charset", ""),
        ("martian", "?"),
    ],
)
def test_labels_in_the_wild(label, codec):
    assert find_codec(label) == codec


@pytest.mark.parametrize(
    "label",
    ["hex", "rot13", "base64", "zlib", "unicode_escape", "idna", "punycode", "undefined", "aliases", "../x", "\0"],
)
def test_no_label_reaches_a_codec_that_is_no_charset(label):
    assert find_codec(label) == "?" or find_codec(label) == ""


def test_a_few_broken_characters_do_not_make_a_label_a_lie():
    decoded = decode("ж".encode() * 100 + b"\xff" + "ж".encode() * 100, "utf-8")
    assert (decoded.text.count("ж"), decoded.text.count("\ufffd"), decoded.defect) == (200, 1, "charset-repaired")


def test_unlabelled_text_is_likely_in_the_charset_of_the_subject():
    raw = "Subject: =?iso-8859-7?q?=C5=EB=E9=DC?=\n\nä".encode("iso8859-15")
    assert parse_message(raw).bodies[0].text == "δ"


def test_what_windows_and_telephones_add_to_japanese_is_read():
    message = read("charset_japanese_of_telephones")
    assert message.subject == "①㈱"
    assert message.bodies[0].text == "①㈱ ｱｲｳｴ こん\n"
    assert message.defects == []
