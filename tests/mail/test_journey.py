"""Through the whole house with real servers: what people send, what the archive keeps, what members get."""

import base64
import quopri

import pytest
from django.utils import timezone

from archive.models import Message
from groups.models import Membership, Posting
from mail import review
from mail.addressing import unseal
from mail.digests import due
from mail.models import BounceEvent, Delivery, DigestMark, Inbound, Mailbox
from tests import builders
from tests.mail.journey import Copy, journey, servers

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

GARDENERS = "gardeners@posthouse.localhost"
UNCHANGED = (
    "From",
    "To",
    "Cc",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
    "X-Mood",
)
PICTURE = bytes(range(256)) * 40


@pytest.fixture(scope="module")
def around():
    with servers() as started:
        yield started


@pytest.fixture
def house(around, group, settings, monkeypatch, tmp_path):
    """Alice owns the group, Bob and Dora are members of it; all get every letter."""
    monkeypatch.setattr("common.doorbell._send", lambda task: None)
    settings.MAIL_DOMAIN, settings.MAIL_SPOOL = "posthouse.localhost", tmp_path / "spool"
    Membership.objects.create(group=group, user=builders.make_user("Dora"))
    group.subject_tag, group.footer_text = "[gärten]", "Wir treffen uns am Tor: Grüße"
    group.save()
    with journey(*around) as house:
        yield house


def letter(number=1, *, head=b"", body=b"Vierzig P\xc3\xa4ckchen sind \xc3\xbcbrig.\r\n", **fields) -> bytes:
    """As a mail program of no special habits writes it; 8bit UTF-8 where nothing else is said."""
    said = {
        "From": "=?utf-8?q?B=C3=B6b?=  <bob@example.org>",
        "To": f"Gardeners\r\n <{GARDENERS}>",
        "Cc": "eve@elsewhere.example",
        "Date": "Thu, 26 Nov 2026 12:00:00 +0100 (MEZ)",
        "Subject": "=?utf-8?b?U2HDpG4=?=",
        "Message-ID": f"<{number}@example.org>",
        "X-Mood": "as   spaced  as\r\n\tit was",
        "MIME-Version": "1.0",
        **fields,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in said.items() if value)
    plain = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
    return lines.encode() + (head or plain) + b"\r\n" + body


def original_fields(raw: bytes) -> list[bytes]:
    return Copy("", "", raw).fields


TEXT = "Grüße vom Gartentor.\r\n.\r\n..zwei Punkte  \r\nFrom the gate\r\n\ttab" + "lang " * 150 + "\r\n"
EIGHT_BIT = letter(body=TEXT.encode())
QUOTED = letter(
    head=b'Content-Type: multipart/mixed;\r\n\tboundary="=_odd (one)"\r\n',
    body=b"Preamble nobody reads.\r\n--=_odd (one)\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe, =\r\nBob=20\r\n\r\n--=_odd (one)\r\n"
    b'Content-Type: image/png; name="t=?r.png"\r\nContent-Transfer-Encoding: BASE64\r\nContent-Disposition:attachment\r\n\r\n'
    + b"\r\n".join(base64.b64encode(PICTURE)[at : at + 60] for at in range(0, 14000, 60))
    + b"\r\n\r\n--=_odd (one)--\r\nEpilogue.\r\n",
)
ENCODED = letter(
    head=b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n",
    body=base64.encodebytes(TEXT.encode()).replace(b"\n", b"\r\n"),
)
SIGNED = letter(
    head=b'Content-Type: multipart/signed; micalg=pgp-sha256;\r\n protocol="application/pgp-signature"; boundary="s"\r\n',
    body=b'This is an OpenPGP/MIME signed message\r\n--s\r\nContent-Type: text/plain; charset="utf-8"\r\n'
    b"Content-Transfer-Encoding: 8bit\r\n\r\nGr\xc3\xbc\xc3\x9fe  \r\n.\r\n-- \r\nBob\r\n\r\n--s\r\n"
    b"Content-Type: application/pgp-signature\r\n\r\n-----BEGIN PGP SIGNATURE-----\r\nabc=\r\n"
    b"-----END PGP SIGNATURE-----\r\n\r\n--s--\r\n",
)


def text_of(copy) -> str:
    """Of a letter with one text, decoded by hand rather than by what made it."""
    encoding = copy.field("Content-Transfer-Encoding").lower()
    if b"base64" in encoding:
        return base64.b64decode(copy.body).decode()
    return (quopri.decodestring(copy.body) if b"quoted" in encoding else copy.body).decode()


def test_everybody_gets_a_copy_of_their_own(house, group):
    house.post(EIGHT_BIT, GARDENERS)
    house.settle()
    copies = house.copies()
    assert set(copies) == {"alice@example.org", "bob@example.org", "dora@example.org"}
    for address, copy in copies.items():
        row = copy.delivery
        assert (row.address, row.state, row.code) == (address, "sent", 250)
        way_out = copy.field("List-Unsubscribe").decode()
        assert "<mailto:" in way_out and "<http" in way_out
        token = way_out.partition("/mail/leave/")[2].partition("/")[0]
        assert unseal("leave", token) == (row.membership_id,)
        assert copy.field("List-Unsubscribe-Post") == b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        assert b"<gardeners.posthouse.localhost>" in copy.field("List-Id")
    assert len({copy.return_path for copy in copies.values()}) == 3


@pytest.mark.parametrize("raw", [EIGHT_BIT, QUOTED, ENCODED, SIGNED], ids=["8bit", "quoted", "base64", "signed"])
def test_what_the_author_wrote_arrives_as_it_was(house, group, raw):
    house.post(raw, GARDENERS)
    house.settle()
    kept = Message.objects.get().content.raw_bytes
    assert kept.endswith(raw), "the archive has it as it came, below what the servers wrote on top"
    _, _, body = raw.partition(b"\r\n\r\n")
    for copy in house.copies().values():
        theirs = copy.fields
        for field in original_fields(raw):
            name = field.partition(b":")[0].decode()
            assert name not in UNCHANGED or field in theirs, (field, name)
        assert _decoded(copy.field("Subject")) == "[gärten] Saän"
        if raw is SIGNED:
            assert copy.body == body
        elif raw is QUOTED:
            picture = body[body.index(b"--=_odd (one)\r\nContent-Type: image") :]
            assert picture in copy.body and b"Gr=FC=DFe, =\r\nBob=20\r\n" in copy.body
        else:
            assert text_of(copy).startswith(TEXT)
            assert "Grüße" in text_of(copy).rpartition("Wir treffen uns")[2]


def _decoded(field: bytes) -> str:
    from email.header import decode_header, make_header

    return str(make_header(decode_header(field.partition(b":")[2].strip().decode())))


def test_a_reply_joins_its_topic_and_an_approved_letter_comes_late(house, group, alice):
    house.post(letter(1), GARDENERS)
    house.settle()
    house.copies()
    Membership.objects.filter(user__email="dora@example.org").update(posting=Posting.MODERATED)
    reply = letter(2, From="dora@example.org", **{"In-Reply-To": "<1@example.org>", "References": "<1@example.org>"})
    house.post(reply, GARDENERS, sender="dora@example.org")
    house.settle()
    assert house.copies() == {}
    held = Inbound.objects.get(state="held")
    assert review.approve(held, alice)
    house.settle()
    assert len(house.copies()) == 3
    first, second = Message.objects.order_by("number")
    assert (second.thread, second.parent) == (first.thread, first)


def test_an_unknown_group_is_refused_while_the_sender_is_on_the_line(house):
    nobody = "florists@posthouse.localhost"
    ((code, words),) = house.mx.send("bob@example.org", [nobody, GARDENERS], letter()).values()
    assert (code, b"5.1.1" in words) == (550, True), words


def test_a_mailbox_that_is_gone_is_marked_by_the_bounce_the_relay_sends(house, group):
    house.refuse("dora@example.org")
    house.post(letter(), GARDENERS)
    house.settle()
    assert set(house.copies()) == {"alice@example.org", "bob@example.org"}
    gone = Delivery.objects.get(address="dora@example.org")
    assert (gone.state, gone.status) == ("bounced", "5.1.1")
    assert Mailbox.objects.get(address="dora@example.org").score > 0
    assert BounceEvent.objects.get().category == "hard"
    assert Delivery.objects.count() == 3, "nobody is told of a bounce by mail"


def test_a_member_who_wants_digests_gets_one(house, group):
    Membership.objects.filter(user__email="dora@example.org").update(delivery="digest")
    due.begin_marks(timezone.now())
    for number in (1, 2):
        house.post(letter(number, Subject=f"Seeds {number}"), GARDENERS)
    house.settle()
    assert {each.rcpt for each in house.world.letters} == {"RCPT TO:<alice@example.org>", "RCPT TO:<bob@example.org>"}
    house.world.letters.clear()
    DigestMark.objects.update(next_at=timezone.now())
    assert due.send_due() == 1
    house.settle()
    (copy,) = house.copies().values()
    assert (copy.to, b"Seeds 1" in copy.content, b"Seeds 2" in copy.content) == ("dora@example.org", True, True)
    assert copy.delivery.membership.user.email == "dora@example.org"


def test_two_groups_that_are_members_of_each_other(house, group, bob):
    florists = builders.make_group("florists", members=[bob])
    for one, other in ((florists, group), (group, florists)):
        user = builders.make_user(f"All of {other.slug}", email=other.address)
        Membership.objects.create(group=one, user=user, skip_addressed=False)
    house.post(letter(Cc=florists.address), GARDENERS)
    house.settle()
    assert [message.group for message in Message.objects.order_by("pk")] == [group, florists]
    back = Inbound.objects.get(state="discarded")
    assert (back.group, back.rule) == (group, "loop")


def test_a_member_on_holiday(house, group):
    house.post(letter(), GARDENERS)
    house.settle()
    copy = house.copies()["dora@example.org"]
    answer = letter(
        2, From="dora@example.org", To=copy.return_path, Subject="Away", **{"Auto-Submitted": "auto-replied"}
    )
    house.post(answer, copy.return_path, sender="")
    house.post(answer.replace(b"<2@", b"<3@"), GARDENERS, sender="dora@example.org")
    house.settle()
    assert (house.copies(), Message.objects.count(), Delivery.objects.count()) == ({}, 1, 3)
    assert Mailbox.objects.get(address="dora@example.org").state == "normal"


def test_a_bounce_of_a_bounce(house, group):
    house.refuse("dora@example.org")
    house.post(letter(), GARDENERS)
    house.settle()
    house.copies()
    report = Inbound.objects.get(state="bounce").spooled.raw_bytes
    house.post(report, Inbound.objects.get(state="bounce").recipient, GARDENERS, sender="")
    house.settle()
    assert (house.copies(), Message.objects.count(), Delivery.objects.count()) == ({}, 1, 3)
