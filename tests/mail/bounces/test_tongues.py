"""Servers and people who are away write in their own languages, and in letters of HTML alone."""

from base64 import encodebytes
from email.header import Header

import pytest

from mail.bounces.report import read
from mail.bounces.types import Category
from tests.mail.bounces.reports import letter

ANN = "ann@example.org"


def returned(subject: str, words: str, charset: str = "utf-8", kind: str = "plain") -> bytes:
    head = (
        f"From: Microsoft Outlook <postmaster@firma.example>\nTo: bounce+token@lists.example.org\n"
        f"Subject: {Header(subject, charset).encode()}\nMIME-Version: 1.0\nContent-Type: text/{kind}; charset={charset}\n"
        "Content-Transfer-Encoding: base64\n\n"
    )
    return head.encode() + encodebytes(words.encode(charset))


@pytest.mark.parametrize(
    ("subject", "words", "charset", "category"),
    [
        ("Unzustellbar: Saat", "Das Postfach des Empfängers {} ist voll.", "iso-8859-1", "full"),
        ("DELIVERY FAILURE", "Benutzer {} im Domino-Verzeichnis nicht aufgeführt", "iso-8859-1", "hard"),
        ("Non remis : Graines", "{}\nLa boîte aux lettres du destinataire est pleine.", "iso-8859-1", "full"),
        ("Échec de la remise", "Votre message n’a pas pu être remis : {} : adresse invalide [416]", "utf-8", "hard"),
        ("No se puede entregar", "{}\nNo se encontró la dirección que escribió.", "utf-8", "hard"),
        ("Non recapitabile: Semi", "{}\nLa cassetta postale del destinatario è piena.", "utf-8", "full"),
        ("Não é possível entregar", "{}\nO endereço não foi encontrado.", "utf-8", "hard"),
        ("Onbestelbaar: Zaden", "{}\nHet e-mailadres is niet gevonden.", "utf-8", "hard"),
        ("Niedostarczalne: Nasiona", "{}\nNie można odnaleźć adresu.", "iso-8859-2", "hard"),
        ("Недоставлено: Семена", "{}\nАдрес электронной почты не найден.", "koi8-r", "hard"),
        ("Kan inte levereras: Frön", "{}\nDet gick inte att hitta adressen.", "utf-8", "hard"),
        ("未送达: 种子", "{}\n找不到您输入的电子邮件地址。", "gb18030", "hard"),
        ("系统退信", "收件人{}\n对方邮箱已满", "gbk", "full"),
        ("配信不能: 種", "{}\n電子メール アドレスが見つかりませんでした。", "iso-2022-jp", "hard"),
        ("메일 발송 실패 안내", "받는사람: {}\n존재하지 않는 아이디", "euc-kr", "hard"),
        ("Zustellung verzögert: Saat", "{}\nDie Nachricht wurde noch nicht zugestellt.", "utf-8", "delay"),
        ("Remise différée : Graines", "{}\nCe message n'a pas encore été remis.", "utf-8", "delay"),
    ],
)
def test_a_server_says_it_in_its_own_language(subject, words, charset, category):
    report = read(returned(subject, words.format(ANN), charset))
    assert (report.category, report.addresses) == (category, (ANN,))


def test_an_address_between_cells_of_html_or_letters_without_spaces_is_read_alone():
    table = f"<table><tr><td>Recipient</td><td>{ANN}</td></tr><tr><td>Reason</td><td>no such user</td></tr></table>"
    assert read(returned("Delivery failure", table, kind="html")).addresses == (ANN,)
    assert read(returned("退信", f"无法发送到{ANN}。该邮件地址不存在", "gb18030")).addresses == (ANN,)


@pytest.mark.parametrize(
    "subject",
    [
        "Ich bin im Urlaub", "Nicht im Büro", "Message d'absence", "Re: Seeds [réponse automatique]", "不在通知",
        "Re: 種 (自動返信)", "自動回覆: 種子", "부재중 자동응답: 씨앗", "Assente: Semi", "Fora do escritório", "Afwezig: Zaden",
        "Frånvaromeddelande: Frön", "Fraværende: Frø", "Poissa: Siemenet", "Nieobecność: Nasiona", "Нет на месте: Семена",
        "OOO: Re: Seeds", "Out-of-office: Seeds", "AUTO: Ann Bee is out of the office", "I am on annual leave",
        "Otomatik yanıt: Tohumlar", "Automatická odpověď: Semena", "Αυτόματη απάντηση: σπόροι", "Gelesen: Seeds",
        "Not read: Seeds", "開封済み: 種", "Re: Seeds (Please verify your message)",
    ],
)  # fmt: skip
def test_who_is_away_says_so_in_any_language(subject):
    assert read(letter("x", Subject=subject)).category == Category.AUTO_REPLY


def test_who_is_away_may_say_so_below_an_ordinary_subject():
    assert read(letter("Ich bin bis Montag nicht im Büro.", Subject="Re: Seeds")).category == Category.AUTO_REPLY
