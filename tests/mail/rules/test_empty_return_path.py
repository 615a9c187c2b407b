from mail.rules.empty_return_path import check
from mail.rules.types import Action
from tests.mail.rules.posts import a_post


def test_a_sender_with_an_address_passes():
    assert check(a_post()) is None


def test_a_delivery_report_is_a_bounce_whatever_its_return_path():
    post = a_post(
        envelope_from="postmaster@example.net", content_type="multipart/report", report_type="delivery-status"
    )
    assert check(post).action is Action.BOUNCE


def test_a_report_without_its_mime_type_is_known_by_its_author():
    assert check(a_post(envelope_from="", authors=("mailer-daemon@example.net",))).action is Action.BOUNCE


def test_nobody_is_called_mailer_daemon_though_a_server_may_forget_the_empty_return_path():
    daemon = "mailer-daemon@example.net"
    assert check(a_post(envelope_from=daemon, authors=(daemon,))).action is Action.BOUNCE
    assert check(a_post(authors=("postmaster@example.net",))) is None


def test_an_answer_from_nobody_is_dropped():
    assert check(a_post(envelope_from="", headers={"in-reply-to": "<a@example.org>"})).action is Action.DISCARD


def test_anything_else_from_nobody_waits():
    assert check(a_post(envelope_from="")).action is Action.HOLD


def test_a_post_from_the_web_has_no_return_path_and_needs_none():
    assert check(a_post(envelope_from="", signed_in=True)) is None
