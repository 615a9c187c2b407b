import os

import pytest

from mail.inbound import pipe
from mail.models import Inbound, Spooled
from tests.house import own_house
from tests.mail.doors import LETTER

GARDENERS = "gardeners@posthouse.localhost"
inside = pytest.mark.django_db(transaction=True)


def recipients():
    return list(Inbound.objects.order_by("pk").values_list("recipient", flat=True))


def refusal(*arguments):
    with pytest.raises(pipe.NotTaken) as caught:
        pipe.take(*arguments)
    return caught.value.code


@inside
def test_sender_and_recipients_are_given(group, bells):
    pipe.take(LETTER, "<bob@example.org>", [GARDENERS], {"SENDER": "other@example.org"})
    assert (recipients(), Spooled.objects.get().envelope_from) == ([GARDENERS], "bob@example.org")
    assert bells == ["mail.tasks.process_inbound"]


@inside
@pytest.mark.parametrize(
    "environment",
    [
        {"RECIPIENT": GARDENERS, "SENDER": "bob@example.org"},
        {"RECIPIENT": "pipe@localhost", "ORIGINAL_RECIPIENT": GARDENERS, "SENDER": "bob@example.org"},
    ],
)
def test_the_mail_server_says_it_in_the_environment(group, environment):
    pipe.take(LETTER, None, [], environment)
    assert (recipients(), Spooled.objects.get().envelope_from) == ([GARDENERS], "bob@example.org")


@inside
@pytest.mark.parametrize("recipient", [GARDENERS, "gardeners+owner@posthouse.localhost"])
def test_an_extension_given_apart_is_not_lost(group, recipient):
    pipe.take(LETTER, "", [], {"RECIPIENT": recipient, "EXTENSION": "owner"})
    assert recipients() == ["gardeners+owner@posthouse.localhost"]


@inside
@pytest.mark.parametrize("written", ["", "<>", "MAILER-DAEMON"])
def test_the_null_sender_in_its_spellings(group, written):
    pipe.take(LETTER, None, [GARDENERS], {"SENDER": written})
    assert Spooled.objects.get().envelope_from == ""


@inside
def test_a_from_line_before_the_letter_is_no_part_of_it(group):
    pipe.take(b"From bob@example.org Thu Nov 26 12:00:00 2026\n" + LETTER, None, [GARDENERS], {})
    spooled = Spooled.objects.get()
    assert (spooled.raw_bytes, spooled.envelope_from) == (LETTER, "bob@example.org")


@inside
def test_codes_say_whether_to_come_again(group, settings):
    assert refusal(LETTER, "", ["florists@posthouse.localhost"], {}) == os.EX_NOUSER
    assert refusal(LETTER, "", [], {}) == os.EX_TEMPFAIL
    assert refusal(b"", "", [GARDENERS], {}) == os.EX_DATAERR
    settings.MAIL_SIZE_LIMIT = 10
    assert refusal(LETTER, "", [GARDENERS], {}) == os.EX_DATAERR


@inside
def test_with_one_known_recipient_the_unknown_ones_are_left_to_be_answered(group):
    pipe.take(LETTER, "", [GARDENERS, "florists@posthouse.localhost"], {})
    assert len(recipients()) == 2


@pytest.mark.slow
def test_the_program_and_its_exit_codes(tmp_path):
    with own_house(tmp_path / "var") as house:
        made = "from groups.models import Group; Group.objects.create(slug='gardeners', name='G')"
        house.manage("shell", "-c", made)
        done = house.run("receive_mail", "--to", GARDENERS, "--from", "bob@example.org", stdin=LETTER)
        assert (done.returncode, done.stderr) == (0, b"")
        assert b'"received": {"count": 1' in house.run("queue", "--json").stdout
        unknown = house.run("receive_mail", "--to", "florists@posthouse.localhost", stdin=LETTER)
        assert unknown.returncode == os.EX_NOUSER
        assert unknown.stderr == b"There is no such address here: florists@posthouse.localhost.\n"
        assert house.run("receive_mail", "--nonsense", stdin=LETTER).returncode == os.EX_TEMPFAIL
        house.environment["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"
        away = house.run("receive_mail", "--to", GARDENERS, "--from", "bob@example.org", stdin=LETTER)
        assert away.returncode == 0, "the Maildir spool takes it"
        assert len(list((tmp_path / "var/spool/new").glob("*.eml"))) == 1
        house.environment["DATABASE_URL"] = "mysql://no"
        assert house.run("receive_mail", "--to", GARDENERS, stdin=LETTER).returncode == os.EX_TEMPFAIL
