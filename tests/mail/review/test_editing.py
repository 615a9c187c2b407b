"""A moderator changes a letter before it goes out: the original is kept, and the author told what changed."""

from email import message_from_bytes
from email.policy import default

import pytest
from django.core import mail as outbox

from archive.models import Message
from groups.models import LogEntry
from mail import review
from mail.inbound.incoming import open_letter
from mail.models import Edit
from mail.review import editing
from tests.mail.letters import arrived, raw
from tests.mail.waiting import hold

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(group, bob):
    return hold(group, body="Forty packets are left.\nMy phone is 555 1234.\n")


def change(inbound, by, subject="Seed swap", text="Forty packets are left.\n"):
    return editing.edit(inbound, by, subject=subject, text=text)


def test_what_goes_out_is_the_changed_letter_and_the_original_is_kept(held, alice):
    assert change(held, alice) and review.approve(held, alice)
    letter = Message.objects.get()
    assert "555" not in letter.content.text and letter.message_id == "swap-1@example.org"
    assert b"555 1234" in Edit.objects.get().original.raw_bytes
    assert LogEntry.objects.filter(action="queue.edited", by=alice).exists()


def test_its_author_is_sent_the_difference(held, alice):
    change(held, alice, subject="Seeds to swap")
    review.approve(held, alice)
    words = next(mail.body for mail in outbox.outbox if "with a change" in mail.subject)
    assert "-My phone is 555 1234." in words and "+Subject: Seeds to swap" in words


def test_changed_twice_the_difference_is_that_to_the_first(held, alice):
    change(held, alice, text="Forty packets.\n")
    change(held, alice, text="Forty packets are here.\n")
    assert editing.changes_of(held).count("\n-") == 2 and "+Forty packets are here." in editing.changes_of(held)


def test_nothing_changed_is_no_change(held, alice):
    text = open_letter(held).letter.text
    assert not change(held, alice, text=text.replace("\n", "\r\n"))
    assert not Edit.objects.exists() and editing.changes_of(held) == ""


def test_what_is_decided_is_not_changed_any_more(held, alice):
    review.approve(held, alice)
    assert not change(held, alice) and not Edit.objects.exists()


def test_with_another_subject_the_body_stays_byte_for_byte():
    before = raw(body="caf\u00e9\n").replace(b"\n", b"\r\n")
    after = editing.changed(before, "Seed swap", "caf\u00e9\n", "Gr\u00fc\u00dfe", "caf\u00e9\n")
    assert after.partition(b"\r\n\r\n")[2] == before.partition(b"\r\n\r\n")[2]
    assert message_from_bytes(after, policy=default)["Subject"] == "Gr\u00fc\u00dfe"


def test_attachments_stay_as_they_were_and_signatures_go():
    letter = message_from_bytes(raw(DKIM_Signature="v=1; a=rsa-sha256; b=x"), policy=default)
    letter.add_attachment(b"\x89PNG\r\n", maintype="image", subtype="png", filename="plan.png")
    after = editing.changed(letter.as_bytes(), "Seed swap", "Forty packets are left.", "Seed swap", "Fifty.")
    made = message_from_bytes(after, policy=default)
    assert made["DKIM-Signature"] is None and made["Message-ID"] == "<swap-1@example.org>"
    assert made.get_body(("plain",)).get_content().strip() == "Fifty."
    (file,) = made.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("plan.png", b"\x89PNG\r\n")


def test_what_its_author_signed_is_never_changed(group):
    signed = raw().replace(b'text/plain; charset="utf-8"', b'multipart/signed; boundary="b"; micalg=pgp-sha256')
    assert "signed" in editing.why_not(open_letter(arrived(group, signed)))
    assert editing.why_not(open_letter(arrived(group, raw(message_id="<2@x>")))) == ""
