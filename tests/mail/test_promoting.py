"""A group made known elsewhere: the page for members, the badge, and the form on somebody else's site."""

import re
from xml.etree import ElementTree

import pytest
from django.core import mail
from django.test import Client

from groups.models import Membership
from tests.builders import make_group

pytestmark = pytest.mark.django_db
FROM = "/g/gardeners/join/from/"


def test_a_member_finds_a_badge_a_form_and_a_code_that_lead_to_the_group(signed_in, bob, group):
    reader = signed_in(bob)
    page = reader.get("/g/gardeners/promote/").content.decode()
    assert "/g/gardeners/badge.svg&quot;" in page and "/g/gardeners/join/from/&quot;" in page
    assert reader.get("/g/gardeners/promote/qr.svg")["Content-Type"] == "image/svg+xml"
    assert "/g/gardeners/promote/" in reader.get("/g/gardeners/").content.decode()


def test_a_private_group_is_made_known_to_nobody(signed_in, bob, client: Client, private_group):
    page = signed_in(bob).get("/g/plans/promote/").content.decode()
    assert "badge.svg" not in page and "join/from" not in page
    for reader in (client, signed_in(bob)):
        assert reader.get("/g/plans/badge.svg").status_code == 404
    assert client.post("/g/plans/join/from/", {"address": "x@example.org"}).status_code == 404


def test_the_badge_is_a_picture_whatever_the_name(client: Client):
    make_group("odd", name="<script>\"&'</script> " + "long " * 20)
    picture = client.get("/g/odd/badge.svg")
    text = "".join(ElementTree.fromstring(picture.content).itertext())
    assert text.startswith("<script>\"&'</script>") and text.endswith("0 members")
    assert picture["Cache-Control"].startswith("public")


def test_a_form_from_elsewhere_makes_nobody_a_member_and_sends_no_mail(group):
    browser = Client(enforce_csrf_checks=True)
    page = browser.post(FROM, {"address": "eve@example.net"})
    assert 'value="eve@example.net"' in page.content.decode()
    assert 'action="/g/gardeners/join/"' in page.content.decode()
    assert mail.outbox == [] and not Membership.objects.filter(user__email="eve@example.net").exists()
    assert browser.get(FROM).status_code == 302
    # The form that was shown goes the usual way, with the token that every form has.
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert token
    assert browser.post("/g/gardeners/join/", {"address": "eve@example.net"}).status_code == 403
    form = {"address": "eve@example.net", "csrfmiddlewaretoken": token[1]}
    assert browser.post("/g/gardeners/join/", form).status_code == 302
    assert [letter.to for letter in mail.outbox] == [["eve@example.net"]]


def test_forms_from_one_place_have_an_end(client: Client, group, monkeypatch):
    monkeypatch.setattr("mail.web.joining.FROM_ELSEWHERE", 2)
    assert [client.post(FROM, {"address": "eve@example.net"}).status_code for _ in range(3)] == [200, 200, 429]
