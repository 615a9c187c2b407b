"""What the author wrote, what they quote, how they sign: in every mail program's way and many languages."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.rendering import split_reply
from tests.corpora import corpus

ANSWER = "Yes, Saturday suits me.\nI bring the ladder."
OLD = "Shall we prune the apple trees?\nMarta"

ATTRIBUTIONS = [
    "On Fri, May 3, 2024 at 10:15 AM Marta Berg <marta@orchard.example> wrote:",
    "On 3 May 2024, at 10:15, Marta Berg <marta@orchard.example> wrote:",
    "On 05/03/2024 10:15 AM, Marta Berg wrote:",
    'On Fri, May 3, 2024 at 10:15 AM -0800, "Marta Berg" <marta@orchard.example> sent:',
    "On Mon, 26 Aug 2024 at 16:37, The Pruning Committee of the Orchard <\n"
    "the-pruning-committee+1234@orchard.example> wrote:",
    "On Fri, May 3, 2024 at 10:15 AM, Marta\nBerg <marta@orchard.example> wrote:",
    "On May 3, 2024, at 10:15 AM, Marta <\na-very-long-address-of-a-mailing-list@orchard.example>\nwrote:",
    "On Fri, 3 May 2024 10:15:43 -0200 Marta Berg <marta@orchard.example> wrote",
    "---- On Fri, 03 May 2024 14:17:36 +0530 Marta Berg<marta@orchard.example> wrote ----",
    '--- In orchard@yahoogroups.com, "Marta Berg" <marta@...> wrote:',
    "2024-05-03 10:15 GMT+02:00 Marta Berg <\nmarta@orchard.example>:",
    '11:00 AM, May 3, 2024, "Marta Berg" <marta@orchard.example>:',
    "Friday, 3 May 2024, 3:32 PM +0300 from marta@orchard.example <marta@orchard.example>:",
    "Am 03.05.2024 um 10:15 schrieb Marta Berg <marta@orchard.example>:",
    "Marta Berg <marta@orchard.example> schrieb am Fr., 3. Mai 2024 um 10:15 Uhr:",
    "Le ven. 3 mai 2024 à 10:15, Marta Berg <marta@orchard.example>\na écrit :",
    "El vie, 3 may 2024 a las 10:15, Marta Berg (<marta@orchard.example>) escribió:",
    "Em sex., 3 de mai. de 2024 às 10:15, Marta Berg <marta@orchard.example>\nescreveu:",
    "Il giorno ven 3 mag 2024 alle ore 10:15 Marta Berg <marta@orchard.example> ha scritto:",
    "Op vr 3 mei 2024 om 10:15 schreef Marta Berg <marta@orchard.example>:",
    "Op 3 mei 2024, om 10:15 heeft Marta Berg <marta@orchard.example> het volgende geschreven:",
    "Den fre 3 maj 2024 kl 10:15 skrev Marta Berg <marta@orchard.example>:",
    "fre. 3. mai 2024 kl. 10:15 skrev Marta Berg <marta@orchard.example\n>:",
    "pe 3. toukok. 2024 klo 10.15 Marta Berg (marta@orchard.example) kirjoitti:",
    "W dniu 3 maja 2024 10:15 użytkownik Marta Berg <marta@orchard.example>\nnapisał:",
    "pt., 3 maj 2024 o 10:15 Marta Berg <marta@orchard.example> napisał(a):",
    "pá 3. 5. 2024 v 10:15 odesílatel Marta Berg <marta@orchard.example> napsal:",
    "pi 3. 5. 2024 o 10:15 Marta Berg <marta@orchard.example> napísal(a):",
    "Marta Berg <marta@orchard.example> ezt írta (időpont: 2024. máj. 3., P, 10:15):",
    "Pe vin., 3 mai 2024 la 10:15, Marta Berg <marta@orchard.example> a scris:",
    "Marta Berg <marta@orchard.example>, 3 May 2024 Cum, 10:15 tarihinde şunu yazdı:",
    "Στις Παρ, 3 Μαΐ 2024 στις 10:15 π.μ., ο χρήστης Marta <marta@orchard.example> έγραψε:",
    "3 мая 2024 г., 10:15, Марта Берг <marta@orchard.example> написал(а):",
    "пт, 3 мая 2024 г. в 10:15, Марта Берг <marta@orchard.example>:",
    "пт, 3 трав. 2024 р. о 10:15 Марта <marta@orchard.example> пише:",
    "На пт, 3.05.2024 г. в 10:15 Марта <marta@orchard.example> написа:",
    "uto, 3. svi 2024. u 10:15 Marta Berg <marta@orchard.example> napisao je:",
    "\u202bבתאריך יום ו׳, 3 במאי 2024 ב-10:15 מאת \u202aMarta\u202c\u200f <\u202amarta@orchard.example\u202c\u200f>:\u202c",
    "في الجمعة، ٣ مايو ٢٠٢٤ في ١٠:١٥ ص تمت كتابة ما يلي بواسطة Marta <marta@orchard.example>:",
    "在 2024年5月3日，上午10:15，玛塔 <marta@orchard.example> 写道：",
    "玛塔 <marta@orchard.example> 于2024年5月3日周五 10:15写道：",
    "2024年5月3日(金) 10:15 マルタ <marta@orchard.example>:",
    "2024/05/03 10:15、マルタ <marta@orchard.example>のメール:",
    "2024년 5월 3일 (금) 오전 10:15, 마르타 <marta@orchard.example>님이 작성:",
    "Vào 10:15, Th 6, 3 thg 5, 2024 Marta <marta@orchard.example> đã viết:",
    "Pada tanggal Jum, 3 Mei 2024 pukul 10.15 Marta <marta@orchard.example> menulis:",
    "In a message dated 5/3/2024 10:15:00 AM Eastern Standard Time, marta@orchard.example writes:",
]
MARKED_ONLY = [
    "Marta Berg <marta@orchard.example> writes:",
    "Marta Berg wrote:",
    "* Marta Berg <marta@orchard.example> [2024-05-03 10:15]:",
    "In article <7@orchard.example>, Marta Berg <marta@orchard.example> wrote:",
    "Quoting Marta Berg <marta@orchard.example>:",
    "2024/5/3 Marta Berg <marta@orchard.example>",
]
HEADERS = [
    "-----Original Message-----",
    "----- Original Message ----- ",
    "-----Ursprüngliche Nachricht-----\nVon: Marta\nGesendet: Freitag, 3. Mai 2024 10:15\nAn: Jun\nBetreff: AW: Bäume",
    "-------- Message d'origine --------\nDe : Marta <marta@orchard.example>\n"
    "Date : 03/05/2024  10:15\nÀ : jun@river.example Objet : Arbres",
    "From: Marta Berg <marta@orchard.example>\nSent: Friday, May 3, 2024 10:15 AM\n"
    "To: Jun <jun@river.example>\nSubject: Trees",
    "From: The Committee \n<the-pruning-committee@orchard.example> \n"
    "Sent: Friday, May 3, 2024\nTo: Jun\nSubject: Trees",
    "   De : Marta<mailto:marta@orchard.example>\n   Envoyé le :vendredi 3 mai 2024 10:15\n"
    "   À : jun@river.example\n   Objet :Arbres",
    "  *From:* marta@orchard.example [mailto:\n  marta@orchard.example]\n"
    "  *Sent:* Friday, May 3, 2024\n  *To:* jun\n  *Subject:* Trees\n",
    "________________________________\nVan: Marta [mailto:marta@orchard.example]\n"
    "Verzonden: vrijdag 3 mei 2024\nAan: jun\nOnderwerp: Bomen",
    "________________________________\n From: Marta <marta@orchard.example>\n"
    "To: jun@river.example \nSent: Friday, May 3, 2024\nSubject: Trees",
    '====\n\nMessage du : 03/05/2024 10:15\nDe : "Marta " <marta@orchard.example>\nA : jun@river.example\nSujet : Arbres',
    "Da: Marta <marta@orchard.example>\nInviato: venerdì 3 maggio 2024 10:15\nA: jun@river.example\nOggetto: Alberi",
    "Från: Marta [mailto:marta@orchard.example]\nSkickat: den 3 maj 2024 10:15\nTill: Jun\nÄmne: Träd",
    "Lähettäjä: Marta <marta@orchard.example>\nLähetetty: perjantai 3. toukokuuta 2024\nVastaanottaja: jun\nAihe: Puut",
    "Od: Marta <marta@orchard.example>\nWysłano: piątek, 3 maja 2024 10:15\nDo: jun@river.example\nTemat: Drzewa",
    "От: Марта <marta@orchard.example>\nОтправлено: 3 мая 2024 г. 10:15\nКому: jun@river.example\nТема: Деревья",
    "Από: Marta <marta@orchard.example>\nΣτάλθηκε: Παρασκευή, 3 Μαΐου 2024\nΠρος: jun@river.example\nΘέμα: Δέντρα",
    "Kimden: Marta <marta@orchard.example>\nGönderildi: 3 Mayıs 2024 Cuma\nKime: jun@river.example\nKonu: Ağaçlar",
    "מאת: Marta <marta@orchard.example>\nנשלח: יום שישי 03 מאי 2024\nאל: jun@river.example\nנושא: עצים",
    "差出人: Marta <marta@orchard.example>\n送信日時: 2024年5月3日 10:15\n宛先: jun@river.example\n件名: 木",
    "보낸 사람: Marta <marta@orchard.example>\n보낸 날짜: 2024년 5월 3일\n받는 사람: jun@river.example\n제목: 나무",
    "------------------ 原始邮件 ------------------\n"
    '发件人: "marta" <marta@orchard.example>;\n发送时间: 2024年5月3日\n收件人: "jun";\n主题: 树',
    "Marta Berg/ORCHARD@ORCHARD on 05/03/2024 10:15:00 AM\n\nTo:   jun@river.example\ncc:\nSubject:  Trees",
    "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\nOn Friday, May 3rd, 2024 at 10:15, Marta <marta@orchard.example> wrote:",
    "Date: Fri=2C 03 May 2024 10:15:48 +0000\nFrom: marta@orchard.example\nTo: jun@river.example\nSubject: Trees\n",
]


def marked(text):
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


@pytest.mark.parametrize("attribution", ATTRIBUTIONS + HEADERS)
def test_an_answer_above_unmarked_quoted_text(attribution):
    reply = split_reply(f"{ANSWER}\n\n{attribution}\n\n{OLD}\n")
    assert reply.visible.strip() == ANSWER
    assert reply.quoted.endswith(OLD + "\n") or reply.quoted.endswith(OLD)


@pytest.mark.parametrize("attribution", ATTRIBUTIONS + MARKED_ONLY)
def test_an_answer_above_marked_quoted_text(attribution):
    assert split_reply(f"{ANSWER}\n\n{attribution}\n\n{marked(OLD)}\n").visible.strip() == ANSWER


@pytest.mark.parametrize("attribution", ATTRIBUTIONS + MARKED_ONLY + HEADERS)
def test_an_answer_below_marked_quoted_text(attribution):
    assert split_reply(f"{attribution}\n{marked(OLD)}\n\n{ANSWER}\n").visible.strip() == ANSWER


def test_answers_between_quotes_are_what_the_author_wrote():
    reply = split_reply("Marta Berg wrote:\n> Ladder?\n\nMine.\n\n> Saw?\nJun's.\n> Tea?\n\nAlways.\n")
    assert reply.visible.split() == ["Mine.", "Jun's.", "Always."]
    assert "> Saw?" in reply.quoted


def test_a_list_written_after_a_quote_is_not_eaten():
    points = "1. sharpen the saw\n2. buy twine\n\n3. tell Marta"
    assert split_reply(f"On 3 May 2024, Marta Berg wrote:\n> What to do?\n\n{points}\n").visible.strip() == points


def test_a_greeting_between_attribution_and_quote_stays():
    text = "On 3 May 2024 at 10:15, Marta Berg <marta@orchard.example> wrote:\n\nHello Marta,\n\n> Saturday?\n\nYes.\n"
    assert split_reply(text).visible.split() == ["Hello", "Marta,", "Yes."]


def test_text_after_an_attribution_alone_is_the_authors():
    text = "On Wed, Jan 14, 1998 at 10:56:58PM -0500, Marta Berg wrote:\n\nThat was answered by Jun last week.\n"
    assert split_reply(text).visible.strip() == "That was answered by Jun last week."


def test_outlook_express_marks_what_it_announces_so_answers_below_stay():
    text = f"Hello,\n\n{HEADERS[1]}\nFrom: Marta\nTo: Jun\nSent: Friday\nSubject: Trees\n\n> Saturday?\n\nYes.\n"
    assert split_reply(text).visible.split() == ["Hello,", "Yes."]


def test_words_before_an_attribution_on_its_line_stay():
    reply = split_reply("fine by me On Fri, May 3, 2024 at 10:15 AM, marta@orchard.example wrote:\n> Saturday?\n")
    assert reply.visible == "fine by me"


def test_ends_of_quoted_lines_that_a_program_wrapped_are_quoted():
    line = "> The apple trees along the northern wall have not been pruned since the"
    reply = split_reply(f"Marta Berg wrote:\n{line}\nspring before last.\n>\n> Marta\n\nTrue.\n")
    assert reply.visible.strip() == "True."


@pytest.mark.parametrize(
    ("quoted", "mark"),
    [("Marta> Saturday?\nMarta> Sunday?", "Marta>"), ("| Saturday?\n| Sunday?", "|"), (": Saturday?", ":")],
)
def test_other_programs_mark_quotes_otherwise(quoted, mark):
    reply = split_reply(f'"Marta" == Marta Berg <marta@orchard.example> writes:\n\n{quoted}\n\nYes.\n')
    assert reply.visible.strip() == "Yes."
    assert mark in reply.quoted


@pytest.mark.parametrize(
    "text",
    [
        "On the other hand, as Marta wrote:\nthe trees can wait.\nJun",
        "Dates that work: 2024-05-03, May 5 2024 10:15, and 06/05/2024.\nTell me which one:\nJun",
        "I read https://orchard.example/2024/05/who-wrote: interesting.",
        ">>> import trees\n>>> trees.prune()\nThat is all it takes.",
        "From: 9:00\nTo: 17:00\nDate: 3 May 2024\nbring gloves",
        "I am writing because of:\n-- the saw\n-- the ladder\n-- and the twine\n\nThanks!",
        "One point:\n\n---\n\nKey points\n\n---\n\nand the rest of the letter, which is long enough to be read.",
        "He said sent from my iPhone app it works, and it does.\nTry it.",
        "With regards to the payment,\nI have sent it.",
        "mysql> select 1;\nmysql> select 2;\nboth work",
    ],
)
def test_what_only_looks_like_a_quote_or_signature_is_text(text):
    reply = split_reply(text)
    assert (reply.visible, reply.quoted, reply.signature) == (text, "", "")


def test_a_forwarded_letter_is_content():
    text = (
        "For your information.\n\n---------- Forwarded message ----------\n"
        "From: Marta <m@x.example>\nDate: 3 May 2024\nSubject: Trees\nTo: Jun\n\n"
        "The trees are in flower.\n"
    )
    reply = split_reply(text)
    assert reply.visible == text.strip("\n")
    assert reply.quoted == ""


def test_the_whole_header_of_a_returned_mail_is_content():
    text = (
        "This came back:\n\nReceived: from a by b\nDate: Fri, 3 May 2024\n"
        "From: Marta <m@x.example>\nTo: Jun <j@y.example>\nSubject: Trees\n\nHello"
    )
    assert split_reply(text).quoted == ""


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nMarta Berg\nOrchard, Ltd",
        "--\nMarta Berg",
        "Sent from my ladder phone",
        "Gesendet von Outlook für Android<https://outlook.example/x>",
        "Envoyé de mon iPhone",
        "Enviado desde mi teléfono",
        "Inviato da iPhone",
        "Verzonden vanaf mijn iPad",
        "Отправлено с iPhone",
        "Wysłane z iPhone'a",
        "iPhoneから送信",
        "从我的 iPhone 发送",
        "나의 iPhone에서 보냄",
        "Best regards,\nMarta Berg\nCEO @ Orchard",
        "Mit freundlichen Grüßen\n\nMarta Berg",
        "Bien cordialement,\nMarta",
        "_______________________________________________\norchard mailing list\n"
        "orchard@lists.example\nhttps://lists.example/",
        "To unsubscribe from this group, send an email to:\norchard-unsubscribe@yahoogroups.com",
    ],
)
def test_signatures_of_people_phones_and_lists(signature):
    reply = split_reply(f"{ANSWER}\n\n{signature}\n")
    assert (reply.visible.strip(), reply.signature.strip()) == (ANSWER, signature)


def test_a_signature_above_the_quote_ends_with_it():
    reply = split_reply(f"{ANSWER}\n\n-- \nJun\n\n{ATTRIBUTIONS[0]}\n{marked(OLD)}\n")
    assert (reply.visible.strip(), reply.signature.strip()) == (ANSWER, "-- \nJun")


def test_a_postscript_below_the_closing_is_text():
    text = f"{ANSWER}\n\nRegards,\nJun\n\nP.S.: bring gloves"
    assert split_reply(text).visible == text


def test_an_inline_pgp_signature_is_a_signature():
    text = (
        f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{ANSWER}\n"
        f"-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n"
    )
    assert split_reply(text).visible == ANSWER


def test_a_removed_line_of_a_patch_is_no_signature():
    patch = "--- a/list\n+++ b/list\n@@ -1,3 +1,2 @@\n apples\n-- \n pears"
    reply = split_reply(f"Fix the list.\n\n{patch}\n\n-- \nJun\n")
    assert (reply.visible.endswith(patch), reply.signature) == (True, "-- \nJun")


_LINES = st.lists(
    st.sampled_from(
        [
            *ATTRIBUTIONS,
            *MARKED_ONLY,
            *HEADERS,
            "> a",
            ">> b",
            "",
            " ",
            "-- ",
            "--",
            "____",
            "Regards,",
            "words",
            "Sent from my x",
            "@@ -1 +1 @@",
            "-a",
            "+b",
            "P.S. c",
        ]
    )
    | st.text(alphabet="aZ>:-_ |@.1\n\t", max_size=30),
    max_size=25,
)


@given(_LINES)
def test_every_line_goes_to_exactly_one_part(lines):
    text = "\n".join(lines)
    reply = split_reply(text)
    parts = sorted("\n".join([reply.visible, reply.quoted, reply.signature]).split())
    assert parts == sorted(text.split())


@given(st.text())
def test_any_text_can_be_split(text):
    reply = split_reply(text)
    assert len(reply.visible) + len(reply.quoted) + len(reply.signature) <= len(text) + 1


def test_conformance_with_the_reply_cases():
    folder = corpus("conformance/reply-crisp")
    cases = json.loads((folder / "expected.json").read_text("utf-8"))
    missed = [
        case["case"]
        for case in cases
        if split_reply((folder / case["file"]).read_text("utf-8")).visible.strip() != case["visible"].strip()
    ]
    assert missed == []


def test_unmarked_text_below_a_header_is_quoted_although_marks_follow():
    text = f"Yes.\n\n{HEADERS[0]}\nFrom: Marta <m@x.example>\nSubject: T\nDate: 3 May 2024\n\nShall we?\n\n> older\n\nMarta\n"
    assert split_reply(text).visible.strip() == "Yes."


def test_a_greeting_on_top_is_no_closing():
    reply = split_reply("Greetings,\n\nthe trees bloom.\n\nCheers,\nMarta")
    assert (reply.visible, reply.signature) == ("Greetings,\n\nthe trees bloom.", "Cheers,\nMarta")


def test_mere_dashes_may_frame_something_in_the_middle_of_a_letter():
    framed = "Steps:\n\n--\n1. dig\n2. plant\n--\n\nThen water them well."
    assert split_reply(framed).visible == framed
    assert split_reply("Hello.\n\n--\nMarta\n\n--\nThe orchard").visible == "Hello."


@pytest.mark.parametrize("quoted", ["> Saturday?", ">Saturday?", "| Saturday?"])
def test_a_mere_first_name_announces_the_quote_below_it(quoted):
    assert split_reply(f"Hello.\n\nMarta wrote:\n{quoted}\nYes.").visible == "Hello.\n\nYes."
    assert split_reply("Marta wrote:\nall is well.\nYes.").visible == "Marta wrote:\nall is well.\nYes."
