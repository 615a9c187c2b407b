"""Conversations with the LMTP server, over real sockets, down to the row."""

import smtplib
import threading
import time

import pytest
from django.db import OperationalError

from mail.inbound import lmtp
from mail.inbound.listening import Place
from mail.inbound.lmtp import Conversation
from mail.models import Inbound, Spooled
from tests.builders import make_group
from tests.mail.doors import LETTER, Caller, lmtp_server

pytestmark = pytest.mark.django_db(transaction=True)

GARDENERS, ABUSE = "gardeners@posthouse.localhost", "abuse@posthouse.localhost"
MAIL, RCPT = b"MAIL FROM:<bob@example.org>\r\n", b"RCPT TO:<gardeners@posthouse.localhost>\r\n"


def raw_letters():
    return [row.raw_bytes for row in Spooled.objects.order_by("pk")]


def waited(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return True


def test_a_client_of_the_standard_library_gets_through(server, group):
    host, _, port = server.rpartition(":")
    with smtplib.LMTP(host, int(port)) as client:
        assert client.sendmail("bob@example.org", [GARDENERS], LETTER.decode().replace("\r\n", "\n")) == {}
    row = Inbound.objects.select_related("spooled").get()
    assert (row.group, row.spooled.envelope_from, row.spooled.door) == (group, "bob@example.org", "lmtp")
    assert row.spooled.raw_bytes == LETTER


def test_what_is_offered(server):
    with Caller(server) as caller:
        offers = {line[4:] for line in caller.offers.splitlines()}
    assert offers >= {"PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", f"SIZE {40 * 1024 * 1024}"}
    assert not any(offer.startswith(("CHUNKING", "STARTTLS", "AUTH", "HELP")) for offer in offers)


def test_the_row_is_there_when_the_reply_is(server):
    with Caller(server) as caller:
        caller.begin(GARDENERS)
        assert caller.data(LETTER) == ["250 2.0.0 Accepted"]
        assert Inbound.objects.count() == 1


def test_each_accepted_recipient_gets_a_reply(server):
    with Caller(server) as caller:
        replies = caller.begin(GARDENERS, "florists@posthouse.localhost", ABUSE, GARDENERS)
        assert [reply[:9] for reply in replies] == ["250 2.1.5", "550 5.1.1", "250 2.1.5", "250 2.1.5"]
        assert len(set(caller.data(LETTER, replies=3))) == 1
        assert caller.ask("NOOP").startswith("250 "), "no reply too many"
    assert set(Inbound.objects.values_list("recipient", flat=True)) == {GARDENERS, ABUSE}


def test_too_large_a_letter_gets_a_refusal_for_each_recipient(settings, transactional_db, group):
    settings.MAIL_SIZE_LIMIT = 1000
    with lmtp_server() as where, Caller(where) as caller:
        caller.begin(GARDENERS, ABUSE)
        replies = caller.data(b"x" * 998 + b"\r\n" + b"y\r\n", replies=2)
        assert [reply[:9] for reply in replies] == ["552 5.3.4"] * 2
        caller.begin(GARDENERS)
        assert caller.data(b"x" * 998 + b"\r\n")[0].startswith("250 ")
        assert caller.ask("MAIL FROM:<bob@example.org> SIZE=1001").startswith("552 5.3.4")


def test_a_refused_letter_is_read_to_its_end_without_being_kept(settings, transactional_db, group):
    settings.MAIL_SIZE_LIMIT = 1000
    with lmtp_server() as where, Caller(where) as caller:
        caller.begin(GARDENERS)
        assert caller.data(b"MAIL FROM:<x@example.org>\r\n" * 100_000)[0].startswith("552 ")
        assert caller.ask("NOOP").startswith("250 ")
    assert raw_letters() == []


def test_without_an_accepted_recipient_there_is_no_data(server):
    with Caller(server) as caller:
        caller.begin("florists@posthouse.localhost")
        assert caller.ask("DATA").startswith("503 5.5.1")


def test_a_whole_transaction_in_one_packet(server):
    with Caller(server) as caller:
        caller.say(
            MAIL + RCPT + b"RCPT TO:<nobody@posthouse.localhost>\r\n" + RCPT + b"DATA\r\n" + LETTER + b".\r\nQUIT\r\n"
        )
        codes = [caller.hear()[:3] for _ in range(8)]
    assert codes == ["250", "250", "550", "250", "354", "250", "250", "221"]
    assert raw_letters() == [LETTER]


def test_two_letters_in_one_packet_stay_two(server):
    with Caller(server) as caller:
        caller.say((MAIL + RCPT + b"DATA\r\n" + LETTER + b".\r\n") * 2)
        assert [caller.hear()[:3] for _ in range(8)] == ["250", "250", "354", "250"] * 2
    assert raw_letters() == [LETTER] * 2


def test_octet_by_octet_is_the_same(server):
    with Caller(server) as caller:
        for octet in MAIL + RCPT + b"DATA\r\n" + b"Subject: x\r\n\r\n..a\r\n...\r\n.\r\n":
            caller.say(bytes([octet]))
        assert [caller.hear()[:3] for _ in range(4)] == ["250", "250", "354", "250"]
    assert raw_letters() == [b"Subject: x\r\n\r\n.a\r\n..\r\n"]


@pytest.mark.parametrize(
    "end",
    [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\r.\r\n", b"\n.\r", b"\r\n.\0\r\n", b"\r\n\0.\r\n"],
)
def test_nothing_but_crlf_dot_crlf_ends_the_data(server, end):
    """SMTP smuggling: a second transaction behind an end that only some servers take for one."""
    smuggled = LETTER + b"text" + end + MAIL + RCPT + b"DATA\r\n" + b"forged\r\n"
    with Caller(server) as caller:
        caller.begin(GARDENERS)
        assert caller.data(smuggled) == ["250 2.0.0 Accepted"]
        assert caller.ask("NOOP").startswith("250 ")
    assert raw_letters() == [smuggled.replace(b"\r\n.", b"\r\n")]


@pytest.mark.parametrize(
    "content",
    [b"", b"\r\n", b"Subject: \xe4\xff\0\r\n\r\nbare\rcr bare\nlf\0\r\n", b"x" * 200_000 + b"\r\n", b"\r\n" * 1000],
    ids=["nothing", "one blank line", "odd octets", "a long line", "blank lines"],
)
def test_octets_arrive_as_they_were_sent(server, content):
    with Caller(server) as caller:
        caller.begin(GARDENERS)
        assert caller.data(content) == ["250 2.0.0 Accepted"]
    assert raw_letters() == [content]


@pytest.mark.parametrize("size", [lmtp.CHUNK - 3, lmtp.CHUNK - 2, lmtp.CHUNK, lmtp.CHUNK + 1, 5_000_000])
def test_letters_around_the_size_of_a_read(server, size):
    content = (b"." + b"0123456789" * 7 + b"\r\n") * (size // 73) + b"z" * (size % 73) + b"\r\n"
    with Caller(server) as caller:
        caller.begin(GARDENERS)
        assert caller.data(content.replace(b"\r\n.", b"\r\n..").replace(b".", b"..", 1)) == ["250 2.0.0 Accepted"]
    assert raw_letters() == [content]


def test_a_letter_cut_off_was_never_there(server):
    with Caller(server) as caller:
        caller.begin(GARDENERS)
        assert caller.ask("DATA").startswith("354")
        caller.say(LETTER + b"\r\n.\r")
    with Caller(server) as caller:
        caller.begin(GARDENERS)
        caller.data(b"another\r\n")
    assert raw_letters() == [b"another\r\n"]


def test_a_client_that_stops_talking_is_answered_to_the_end(server):
    with Caller(server, greet=False) as caller:
        caller.say(b"LHLO x\r\n" + MAIL + RCPT + b"DATA\r\n" + LETTER + b".\r\n")
        caller.socket.shutdown(1)
        assert [caller.hear()[:3] for _ in range(6)] == ["220", "250", "250", "250", "354", "250"]
    assert raw_letters() == [LETTER]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("EHLO x", "500 5."), ("HELO x", "500 5."), ("LHLO", "501 5.5.4"), ("DATA", "503 5.5.1"), ("RCPT TO:<a@b>", "503 5."),
        ("MAIL FROM:bob@example.org extra words", "555 5."), ("MAIL FROM:<a b@x>", "553 5.1.3"), ("MAIL FROM:", "553 5.1.3"),
        ("MAIL FROM:<" + "x" * 400 + "@x>", "553 5.1.3"), ("MAIL FROM:<b@x> SIZE=x", "501 5."), ("NONSENSE", "500 5.5.2"),
        ("MAIL FROM:<b@x> BODY=BINARYMIME", "501 5."), ("MAIL FROM:<b@x> RET=FULL", "555 5.5.4"), ("VRFY bob", "252 2.5.0"),
        ("STARTTLS", "500 5."), ("AUTH PLAIN", "500 5."), ("BDAT 10 LAST", "500 5."), ("X" * 10_000, "500 5.5.2"), ("", "500 5."),
        (b"MAIL FROM:<\xff@x>", "553 5.1.3"), (b"MAIL FROM:<\0@x>", "553 5.1.3"), (b"\xff\xfe", "500 5."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_the_conversation_goes_on(server, line, code):
    with Caller(server) as caller:
        assert caller.ask(line).startswith(code)
        caller.begin(GARDENERS)
        assert caller.data(LETTER) == ["250 2.0.0 Accepted"]


def test_every_reply_has_an_enhanced_status_code(server):
    with Caller(server) as caller:
        lines = ["NOOP", "RSET", "MAIL FROM:<>", "MAIL FROM:<>", f"RCPT TO:<{ABUSE}>", "RSET x", "NOOP x", "QUIT"]
        for reply in map(caller.ask, lines):
            assert reply[4:9].replace(".", "").isdigit(), reply
            assert reply[4] == reply[0], reply


@pytest.mark.parametrize(
    ("path", "recipient"),
    [
        ("<Postmaster>", "Postmaster"), (f"<@a.example,@b.example:{GARDENERS}>", GARDENERS), (GARDENERS, GARDENERS),
        ('<"gardeners"@posthouse.localhost>', '"gardeners"@posthouse.localhost'), (f"  <{GARDENERS}>", GARDENERS),
    ],
)  # fmt: skip
def test_paths_in_their_spellings(server, path, recipient):
    with Caller(server) as caller:
        caller.ask("MAIL FROM:<>")
        assert caller.ask(f"RCPT TO:{path}").startswith("250 2.1.5")
        caller.data(LETTER)
    row = Inbound.objects.select_related("spooled").get()
    assert (row.recipient, row.spooled.envelope_from) == (recipient, "")


def test_addresses_beyond_ascii(server):
    with Caller(server) as caller:
        assert caller.ask("MAIL FROM:<josé@exämple.org> SMTPUTF8 BODY=8BITMIME SIZE=100").startswith("250")
        assert caller.ask("RCPT TO:<gärtner@posthouse.localhost>").startswith("550 5.1.1")
        caller.ask(f"RCPT TO:<{GARDENERS}>")
        caller.data(LETTER)
    spooled = Spooled.objects.get()
    assert (spooled.envelope_from, spooled.smtputf8) == ("josé@exämple.org", True)


def test_the_client_the_relay_saw_is_remembered_for_one_letter(server):
    with Caller(server) as caller:
        caller.ask("XFORWARD NAME=mail.example.org ADDR=192.0.2.7")
        assert caller.ask("XFORWARD HELO=m+41x PROTO=[UNAVAILABLE]").startswith("250")
        caller.begin(GARDENERS)
        caller.data(LETTER)
        caller.ask("XFORWARD ADDR=IPV6:2001:db8::1 HELO=[TEMPUNAVAIL]")
        caller.begin(GARDENERS)
        assert caller.ask("XFORWARD ADDR=192.0.2.9").startswith("503")
        caller.data(LETTER)
        caller.begin(GARDENERS)
        caller.data(LETTER)
    seen = list(Spooled.objects.order_by("pk").values_list("client", "helo"))
    assert seen == [("192.0.2.7", "mAx"), ("2001:db8::1", ""), ("", "")]


def test_a_new_group_is_reached_at_once(server):
    with Caller(server) as caller:
        assert caller.begin("florists@posthouse.localhost")[0].startswith("550 5.1.1")
        make_group("florists")
        assert caller.ask("RCPT TO:<florists@posthouse.localhost>").startswith("250")


def test_more_recipients_than_anybody_needs(server, monkeypatch):
    monkeypatch.setattr(lmtp, "MOST_RECIPIENTS", 3)
    with Caller(server) as caller:
        assert [reply[:9] for reply in caller.begin(*[GARDENERS] * 4)][2:] == ["250 2.1.5", "452 4.5.3"]
        assert len(caller.data(LETTER, replies=3)) == 3


def test_more_connections_than_the_server_takes(settings, transactional_db, group):
    settings.LMTP_CONNECTIONS = 2
    with lmtp_server() as where, Caller(where), Caller(where) as second:
        with Caller(where, greet=False) as third:
            assert third.hear().startswith("421 4.3.2")
            assert third.hear() == ""
        second.ask("QUIT")
        assert waited(lambda: _is_welcome(where))


def _is_welcome(where):
    with Caller(where, greet=False) as caller:
        return caller.hear().startswith("220")


def test_who_says_nothing_for_long_is_sent_away(transactional_db, group, monkeypatch):
    monkeypatch.setattr(lmtp, "IDLE_SECONDS", 0.2)
    with lmtp_server() as where, Caller(where) as caller:
        assert caller.hear().startswith("421 4.4.2")


def test_who_drips_a_letter_for_long_is_sent_away(transactional_db, group, monkeypatch):
    monkeypatch.setattr(lmtp, "DATA_SECONDS", 0.3)
    with lmtp_server() as where, Caller(where) as caller:
        caller.begin(GARDENERS)
        caller.ask("DATA")
        caller.say(b"x")
        assert caller.hear().startswith("421 4.4.2")
    assert raw_letters() == []


def test_who_only_talks_nonsense_is_sent_away(server):
    with Caller(server) as caller:
        replies = [caller.ask("GET / HTTP/1.1") for _ in range(5)]
        assert replies[-1].startswith("502 5.5.1")
        assert caller.hear() == ""


def test_many_connections_at_once(server):
    callers = [Caller(server) for _ in range(20)]
    for caller in callers:
        caller.say((MAIL + RCPT + b"DATA\r\n" + LETTER + b".\r\n") * 5)
    for caller in callers:
        with caller:
            assert [caller.hear()[:3] for _ in range(20)] == ["250", "250", "354", "250"] * 5
    assert Inbound.objects.count() == 100


def test_one_bell_for_what_comes_within_a_moment(server, bells):
    with Caller(server) as caller:
        caller.say((MAIL + RCPT + b"DATA\r\n" + LETTER + b".\r\n") * 10)
        assert [caller.hear()[:3] for _ in range(40)][-1] == "250"
    assert waited(lambda: bells)
    assert 1 <= len(bells) < 10
    assert set(bells) == {"mail.tasks.process_inbound"}


def test_asked_to_stop_it_finishes_what_is_under_way(transactional_db, group, bells):
    with lmtp_server() as where:
        idle, busy = Caller(where), Caller(where)
        busy.begin(GARDENERS)
        busy.ask("DATA")
        busy.say(LETTER)
        stopping = _stopped_soon(busy)
    assert idle.hear().startswith("421 4.3.2")
    assert [busy.hear()[:9] for _ in range(2)] == ["250 2.0.0", "421 4.3.2"]
    stopping.join()
    assert raw_letters() == [LETTER]
    assert bells, "the bell is not forgotten"


def _stopped_soon(busy):
    timer = threading.Timer(0.5, busy.say, [b".\r\n"])
    timer.start()
    return timer


def test_a_unix_socket(transactional_db, group, tmp_path):
    path = tmp_path / "lmtp"
    with lmtp_server(Place(path=path)) as where:
        assert path.stat().st_mode & 0o777 == 0o660
        with Caller(where) as caller:
            caller.begin(GARDENERS)
            assert caller.data(LETTER) == ["250 2.0.0 Accepted"]
        with pytest.raises(OSError, match="another server"), lmtp_server(Place(path=path)):
            pass
    assert not path.exists()


def test_while_the_database_is_away_known_groups_are_taken_and_others_asked_to_come_again(
    server, monkeypatch, spool_folder
):
    def is_away(*_, **__):
        raise OperationalError("gone")

    with Caller(server) as caller:
        caller.begin(GARDENERS)  # met
        caller.ask("RSET")
        monkeypatch.setattr("common.prepared.Prepared.all", is_away)
        monkeypatch.setattr("mail.inbound.desk.Acquaintances.FRESH", 0)
        replies = caller.begin(GARDENERS, "florists@posthouse.localhost", ABUSE)
        assert [reply[:9] for reply in replies] == ["250 2.1.5", "451 4.3.0", "250 2.1.5"]
        assert [reply[:9] for reply in caller.data(LETTER, replies=2)] == ["250 2.0.0"] * 2
        (kept,) = (spool_folder / "new").glob("*.eml")
        assert kept.read_bytes() == LETTER


def test_with_neither_database_nor_disk_everybody_is_asked_to_come_again(server, monkeypatch, settings, tmp_path):
    def is_away(*_, **__):
        raise OperationalError("gone")

    (tmp_path / "file").touch()
    settings.MAIL_SPOOL = tmp_path / "file" / "spool"
    monkeypatch.setattr("mail.inbound.receiving.accept_all", is_away)
    with Caller(server) as caller:
        caller.begin(GARDENERS, ABUSE)
        assert [reply[:9] for reply in caller.data(LETTER, replies=2)] == ["451 4.3.0"] * 2


def test_a_bug_in_the_conversation_costs_no_letter(server, monkeypatch):
    def bug(*_):
        raise RuntimeError("a bug")

    with Caller(server) as caller:
        monkeypatch.setattr(Conversation, "_letter", bug)
        caller.begin(GARDENERS, ABUSE)
        assert [reply[:9] for reply in caller.data(LETTER, replies=2)] == ["451 4.3.0"] * 2
        monkeypatch.undo()
        caller.begin(GARDENERS)
        assert caller.data(LETTER) == ["250 2.0.0 Accepted"]
