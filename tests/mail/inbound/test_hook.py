import hmac
import json
import time
from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from mail.inbound.receiving import Receiver
from mail.models import Inbound, Spooled
from tests.mail.doors import LETTER

pytestmark = pytest.mark.django_db(transaction=True)

GARDENERS = "gardeners@posthouse.localhost"
SECRET = "a secret of two"


@pytest.fixture(autouse=True)
def _open_door(settings, group, monkeypatch):
    settings.MAIL_HOOK_SECRET = SECRET
    monkeypatch.setattr("mail.web.hook.RECEIVER", Receiver())


def sign(signed: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), signed, sha256).hexdigest()


def post(raw=LETTER, sender="bob@example.org", to=GARDENERS, *, age=0, secret=SECRET, sent_to=None):
    """Signed in our own way; `sent_to`: what a thief makes of it."""
    stamp = str(int(time.time()) - age)
    signature = sign(f"{stamp}\n{sender}\n{to}\n".encode() + raw, secret)
    headers = {
        "X-Envelope-From": sender, "X-Envelope-To": sent_to or to,
        "X-Posthouse-Timestamp": stamp, "X-Posthouse-Signature": f"sha256={signature}",
    }  # fmt: skip
    return Client(enforce_csrf_checks=True).post("/hooks/mail/", raw, "message/rfc822", headers=headers)


def mailgun(token="token", age=0, **fields):
    stamp = str(int(time.time()) - age)
    form = {
        "recipient": GARDENERS, "sender": "bob@example.org", "timestamp": stamp, "token": token,
        "signature": sign((stamp + token).encode()), "body-mime": LETTER.decode(), **fields,
    }  # fmt: skip
    return Client(enforce_csrf_checks=True).post("/hooks/mail/mime", form)


def test_a_signed_letter_is_a_row_before_the_answer(group, bells):
    response = post()
    assert (response.status_code, response.json()) == (200, {"accepted": "in the database"})
    row = Inbound.objects.select_related("spooled").get()
    assert (row.group, row.spooled.raw_bytes, row.spooled.envelope_from) == (group, LETTER, "bob@example.org")
    assert bells == ["mail.tasks.process_inbound"]


def test_several_recipients_and_the_null_sender():
    assert post(sender="<>", to=f"{GARDENERS}, <abuse@posthouse.localhost>").status_code == 200
    assert list(Inbound.objects.order_by("pk").values_list("recipient", flat=True)) == [
        GARDENERS, "abuse@posthouse.localhost",
    ]  # fmt: skip
    assert Spooled.objects.get().envelope_from == ""


@pytest.mark.parametrize(
    "wrong", [{"secret": "guessed"}, {"age": 301}, {"age": -400}, {"sent_to": "abuse@posthouse.localhost"}]
)
def test_without_a_right_and_fresh_signature_nothing_comes_in(wrong):
    response = post(**wrong)
    assert response.status_code == 401
    assert response.json()["reason"].endswith(".")
    assert not Spooled.objects.exists()


def test_without_any_signature_nothing_comes_in():
    assert Client().post("/hooks/mail/", LETTER, "message/rfc822").status_code == 401
    assert Client().post("/hooks/mail/", {"email": "x"}).status_code == 401
    assert Client().get("/hooks/mail/").status_code == 405


def test_without_a_secret_the_door_is_closed(settings):
    settings.MAIL_HOOK_SECRET = ""
    assert post(secret="").status_code == 404


def test_the_same_letter_posted_again_comes_once():
    assert [post().status_code for _ in range(3)] == [200] * 3
    post(LETTER + b"PS\r\n")
    assert Spooled.objects.count() == 2


def test_an_address_nobody_has_is_refused_for_good():
    response = post(to="florists@posthouse.localhost")
    assert (response.status_code, response.json()["reason"]) == (
        406, "There is no such address here: florists@posthouse.localhost.",
    )  # fmt: skip


def test_a_letter_too_large_is_refused(settings):
    settings.MAIL_SIZE_LIMIT = 20
    assert post().status_code == 413


@pytest.mark.parametrize("missing", [{"raw": b""}, {"to": ""}])
def test_half_a_letter_is_refused(missing):
    assert post(**missing).status_code == 400


def test_mailgun_posts_a_form():
    assert mailgun().status_code == 200
    spooled = Spooled.objects.get()
    assert (spooled.raw_bytes, spooled.envelope_from) == (LETTER, "bob@example.org")


def test_a_token_of_mailgun_brings_one_letter_whoever_has_seen_it():
    mailgun()
    assert mailgun(**{"body-mime": "forged"}).status_code == 200
    assert Spooled.objects.get().raw_bytes == LETTER
    assert mailgun(token="another").status_code == 200
    assert Spooled.objects.count() == 2


@pytest.mark.parametrize("wrong", [{"signature": "0" * 64}, {"age": 400}, {"timestamp": "soon"}, {"timestamp": "²"}])
def test_a_form_with_a_wrong_signature_is_refused(wrong):
    assert mailgun(**wrong).status_code == 401


def multipart(fields):
    """Signed as a whole, as a small forwarder would do it."""
    body = b"".join(
        b"--b\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n" % (name.encode(), value)
        for name, value in fields.items()
    ) + b"--b--\r\n"  # fmt: skip
    stamp = str(int(time.time()))
    headers = {"X-Posthouse-Timestamp": stamp, "X-Posthouse-Signature": sign(f"{stamp}\n\n\n".encode() + body)}
    return Client().post("/hooks/mail/", body, "multipart/form-data; boundary=b", headers=headers)


def test_sendgrid_gives_the_envelope_as_json_and_the_letter_octet_by_octet():
    raw = bytes(range(256)) + b"\r\n\n\r\0\xff"
    envelope = json.dumps({"from": "josé@example.org", "to": [GARDENERS]}).encode()
    assert multipart({"email": raw, "envelope": envelope}).status_code == 200
    spooled = Spooled.objects.get()
    assert (spooled.raw_bytes, spooled.envelope_from) == (raw, "josé@example.org")


@pytest.mark.parametrize("envelope", [b"", b"{", b"[]", b'{"from": 1}', b"\xff"])
def test_a_form_with_half_an_envelope_is_refused(envelope):
    assert multipart({"email": LETTER, "envelope": envelope}).status_code == 400


def test_a_letter_as_a_file_of_the_form():
    stamp = str(int(time.time()))
    form = {
        "recipient": GARDENERS, "timestamp": stamp, "token": "t", "signature": sign(f"{stamp}t".encode()),
        "message": SimpleUploadedFile("letter.eml", LETTER),
    }  # fmt: skip
    assert Client().post("/hooks/mail/", form).status_code == 200
    assert Spooled.objects.get().raw_bytes == LETTER


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data", "multipart/form-data; boundary=\xff", "application/x-www-form-urlencoded"]
)
def test_a_form_that_is_none_is_refused(content_type):
    response = Client().post("/hooks/mail/", b"\xff\0--b\r\n" * 9, content_type)
    assert response.status_code in (400, 401)


def test_while_the_database_is_away_the_disk_takes_it(monkeypatch, spool_folder, settings, tmp_path):
    def is_away(*_, **__):
        raise OperationalError("gone")

    monkeypatch.setattr("common.prepared.Prepared.all", is_away)
    assert post().status_code == 202
    assert len(list((spool_folder / "new").glob("*.eml"))) == 1
    (tmp_path / "file").touch()
    settings.MAIL_SPOOL = tmp_path / "file" / "spool"
    assert post().status_code == 503
