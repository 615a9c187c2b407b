"""Receivers as they are: slow, endless, elsewhere, or not what they say."""

import datetime
import ssl
from contextlib import contextmanager
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from groups.hooks import addresses, client
from tests.groups.hooks.receiver import receiver


@contextmanager
def answering(settings, respond):
    with receiver(respond=respond) as there:
        settings.WEBHOOKS_PORTS = [there.port]
        yield there


def test_a_redirect_is_not_followed(settings, there):
    def elsewhere(handler):
        handler.send_response(302)
        handler.send_header("Location", there.url)
        handler.end_headers()

    with answering(settings, elsewhere) as first:
        settings.WEBHOOKS_PORTS = [first.port, there.port]
        answer = client.post(first.url, b"{}", {})
    assert answer.code == 302 and "redirect" in answer.problem and not answer.is_good
    assert there.got == []


def test_an_endless_answer_is_read_a_little(settings):
    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b"\0z" * 10_000_000)

    with answering(settings, endless) as there:
        answer = client.post(there.url, b"{}", {})
    assert answer.is_good and len(answer.text) == client.KEPT and "\0" not in answer.text


@pytest.mark.parametrize("beginning", [b"", b"HTTP/1.1 200 OK\r\n"])
def test_one_that_drips_byte_by_byte_is_left_at_the_deadline(settings, monkeypatch, beginning):
    monkeypatch.setattr(client, "TOTAL", 0.4)

    def dripping(handler):
        handler.wfile.write(beginning)
        while not there.free.wait(0.05):
            handler.wfile.write(b"X")

    with answering(settings, dripping) as there:
        answer = client.post(there.url, b"{}", {})
    assert not answer.is_good and answer.problem
    assert answer.milliseconds < 5000


def test_what_is_not_http_nobody_at_home_and_no_such_name_are_said_in_words(settings, monkeypatch):
    with answering(settings, lambda handler: handler.wfile.write(b"220 smtp\r\n")) as there:
        assert "not HTTP" in client.post(there.url, b"{}", {}).problem
    assert client.post(there.url, b"{}", {}).problem.startswith("No connection")

    def unknown(host, port):
        raise OSError("no such name")

    monkeypatch.setattr(addresses, "lookup", unknown)
    assert "cannot be resolved" in client.post(f"http://nowhere.example:{there.port}/", b"{}", {}).problem


def test_a_receiver_says_when_it_wants_to_be_asked_again(settings):
    def busy(handler):
        handler.send_response(429)
        handler.send_header("Retry-After", "120")
        handler.end_headers()

    with answering(settings, busy) as there:
        assert client.post(there.url, b"{}", {}).asked == timedelta(seconds=120)


def test_over_tls_the_name_is_checked_though_the_connection_goes_to_an_address(settings, monkeypatch, tmp_path):
    context = _server_of("receiver.example", tmp_path)
    names = []
    context.sni_callback = lambda sock, name, ctx: names.append(name)
    monkeypatch.setattr(client, "_context", lambda: ssl.create_default_context(cafile=str(tmp_path / "cert.pem")))
    monkeypatch.setattr(addresses, "lookup", lambda host, port: ["127.0.0.1"])
    with receiver(wrap=lambda sock: context.wrap_socket(sock, server_side=True)) as there:
        settings.WEBHOOKS_PORTS = [there.port]
        good = client.post(f"https://receiver.example:{there.port}/x", b"{}", {})
        other = client.post(f"https://other.example:{there.port}/x", b"{}", {})
    assert good.code == 200 and names[0] == "receiver.example"
    assert there.got[0][0]["host"] == f"receiver.example:{there.port}"
    assert other.problem.startswith("No secure connection") and len(there.got) == 1


def _server_of(name, folder):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    cert = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context
