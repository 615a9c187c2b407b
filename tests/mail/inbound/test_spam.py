import json
import socket
import threading
from contextlib import contextmanager

import pytest

from mail.inbound import spam

ENVELOPE = spam.Envelope("bob@example.org", "gardeners@lists.example", "198.41.0.4", "mx.example.org")
LETTER = b"Subject: Seed swap\r\n\r\nForty packets are left.\r\n"


@contextmanager
def filter_that_says(answer: bytes | None):
    """A server on a free port that reads one request and answers with these bytes, or never. Gives (port, requests)."""
    requests: list[bytes] = []
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            connection, _ = server.accept()
            with connection:
                connection.settimeout(5)
                while LETTER not in b"".join(requests):
                    requests.append(connection.recv(65536))
                if answer is None:
                    over.wait(10)
                else:
                    connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], requests
        over.set()
        thread.join(5)


def http(body: bytes, status: bytes = b"200 OK") -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (status, len(body), body)


def test_rspamd_is_asked_with_the_envelope():
    with filter_that_says(http(json.dumps({"score": 7.25, "action": "add header"}).encode())) as (port, requests):
        assert spam.ask(LETTER, ENVELOPE, rspamd_url=f"http://127.0.0.1:{port}") == 7.25
    request = b"".join(requests)
    assert request.startswith(b"POST /checkv2 HTTP/1.1\r\n")
    for line in (
        b"From: bob@example.org",
        b"Rcpt: gardeners@lists.example",
        b"IP: 198.41.0.4",
        b"Helo: mx.example.org",
    ):
        assert line in request


def test_spamassassin_is_asked():
    with filter_that_says(b"SPAMD/1.1 0 EX_OK\r\nSpam: True ; 15.3 / 5.0\r\n\r\n") as (port, requests):
        assert spam.ask(LETTER, ENVELOPE, spamd_host=f"127.0.0.1:{port}") == 15.3
    assert b"".join(requests).startswith(b"CHECK SPAMC/1.5\r\nContent-length: %d\r\n" % len(LETTER))


@pytest.mark.parametrize(
    "answer", [http(b"", b"500 Oops"), http(b"{}"), http(b"not json"), http(b"[]"), b"nonsense\r\n", b""]
)
def test_a_filter_that_talks_nonsense_is_done_without(answer):
    with filter_that_says(answer) as (port, _):
        assert spam.ask(LETTER, ENVELOPE, rspamd_url=f"http://127.0.0.1:{port}") is None
    with filter_that_says(answer) as (port, _):
        assert spam.ask(LETTER, ENVELOPE, spamd_host=f"127.0.0.1:{port}") is None


def test_a_filter_that_never_answers_is_done_without(monkeypatch):
    monkeypatch.setattr(spam, "TIMEOUT", 0.1)
    with filter_that_says(None) as (port, _):
        assert spam.ask(LETTER, ENVELOPE, rspamd_url=f"http://127.0.0.1:{port}") is None


def test_nobody_is_asked_where_no_filter_is_configured():
    assert spam.ask(LETTER, ENVELOPE) is None


@pytest.mark.parametrize(
    ("headers", "score"),
    [
        ({}, None),
        ({"x-spam-score": ("5.1",)}, 5.1),
        ({"x-spam-score": ("-2.6 (--)",)}, -2.6),
        ({"x-spam-status": ("Yes, score=7.1 required=5.0 tests=BAYES_99",)}, 7.1),
        ({"x-spam-status": ("No, hits=1.4 required=5.0",)}, 1.4),
        ({"x-rspamd-score": ("12.4",)}, 12.4),
        ({"x-spamd-result": ("default: False [5.10 / 15.00];",)}, 5.1),
        ({"x-spam-score": ("-100", "8.0")}, 8.0),
        ({"x-spam-score": ("yes",)}, None),
    ],
)
def test_scores_in_headers(headers, score):
    assert spam.score_in_headers(headers) == score


def test_marks_without_a_score():
    assert spam.flagged_in_headers({"x-spam-flag": ("YES",)})
    assert not spam.flagged_in_headers({"x-spam-flag": ("NO",), "x-spam-status": ("No, score=1",)})
