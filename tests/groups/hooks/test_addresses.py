"""Nobody who runs a group reaches into the network that the site stands in."""

import ipaddress

import pytest

from groups.hooks import addresses, client
from groups.hooks.addresses import Refused

_SHUT = (
    "0.0.0.0 0.1.2.3 10.1.2.3 100.64.0.1 127.0.0.1 127.9.9.9 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8 "
    "192.0.2.1 192.168.1.1 198.18.0.1 203.0.113.9 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1 "
    "::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 2001::1 2002:7f00:1:: "
    "2002:808:808::1 2001:db8::1 100::1 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1 5f00::1"
)
SHUT = _SHUT.split()
OPEN = ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]


def test_private_and_special_addresses_are_shut_in_every_spelling():
    assert [text for text in SHUT if not addresses.is_shut(ipaddress.ip_address(text))] == []
    assert [text for text in OPEN if addresses.is_shut(ipaddress.ip_address(text))] == []


def test_an_operator_opens_a_network_and_nothing_beside_it(settings):
    settings.WEBHOOKS_ALLOW_PRIVATE = ["10.1.0.0/16", "fd00:1::/32"]
    allowed = [
        text for text in (*SHUT, "::ffff:10.1.9.9", "fd00:1::5") if addresses.is_allowed(ipaddress.ip_address(text))
    ]
    assert allowed == ["10.1.2.3", "::ffff:10.1.9.9", "fd00:1::5"]


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.example/",
        "https://receiver.example:25/",
        "https://alice:secret@receiver.example/",
        "https://receiver.example/#x",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https:///nowhere",
        "https://receiver.example:99999/",
        "https://recei ver.example/",
        "https://receiver.example/\r\nX: y",
        "ftp://receiver.example/",
        "file:///etc/passwd",
        "//receiver.example/",
    ],
)
def test_an_address_that_cannot_be_told_is_refused_when_it_is_written(settings, url):
    settings.WEBHOOKS_ALLOW_HTTP, settings.WEBHOOKS_ALLOW_PRIVATE = False, []
    with pytest.raises(Refused):
        addresses.parts_of(url)


@pytest.mark.parametrize("spelled", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1"])
def test_numbers_that_the_system_takes_for_an_address_are_checked_as_one(settings, spelled):
    settings.WEBHOOKS_ALLOW_PRIVATE = []
    with pytest.raises(Refused):
        addresses.target_of(f"http://{spelled}/")


def test_one_private_address_among_public_ones_shuts_the_name(settings, monkeypatch):
    settings.WEBHOOKS_ALLOW_PRIVATE = []
    monkeypatch.setattr(
        addresses, "lookup", lambda host, port: ["8.8.8.8", "10.0.0.1"] if "two" in host else ["9.9.9.9"]
    )
    with pytest.raises(Refused, match="private"):
        addresses.target_of("http://two.example/")


def test_the_site_itself_is_told_nothing(settings, monkeypatch):
    settings.SITE_URL, settings.WEBHOOKS_ALLOW_PRIVATE = "https://lists.example", []
    monkeypatch.setattr(addresses, "lookup", lambda host, port: ["8.8.8.8"])
    with pytest.raises(Refused, match="this site itself"):
        addresses.target_of("https://alias-of-the-site.example/")
    settings.WEBHOOKS_ALLOW_PRIVATE = ["8.8.8.8/32"]
    assert addresses.target_of("https://alias-of-the-site.example/").addresses == ("8.8.8.8",)


def test_a_name_that_changes_after_the_check_is_not_asked_again(there, settings, monkeypatch):
    """DNS rebinding: the connection goes to the address that was checked."""
    asked = []
    monkeypatch.setattr(addresses, "lookup", lambda host, port: asked.append(host) or ["127.0.0.1"])
    answer = client.post(f"http://rebinding.example:{there.port}/", b"{}", {})
    assert answer.code == 200
    assert asked.count("rebinding.example") == 1
    assert there.got[0][0]["host"] == f"rebinding.example:{there.port}"
