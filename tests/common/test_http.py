"""What every answer has, whatever the page."""

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory

from common.http import HeadMiddleware

TEN = b"ten bytes."


def answered(method: str, response: HttpResponseBase) -> HttpResponseBase:
    return HeadMiddleware(lambda _: response)(RequestFactory().generic(method, "/"))


def sent(response: HttpResponseBase) -> bytes:
    return b"".join(response)  # type: ignore[arg-type]


def test_head_has_the_length_of_the_page_and_no_page():
    response = answered("HEAD", HttpResponse(TEN))
    assert (response["Content-Length"], sent(response)) == ("10", b"")


def test_head_of_a_download_does_not_begin_it():
    def download():
        raise AssertionError("it was begun")
        yield b""

    assert sent(answered("HEAD", StreamingHttpResponse(download()))) == b""


def test_head_of_what_is_unchanged_says_no_length():
    assert "Content-Length" not in answered("HEAD", HttpResponse(status=304))


def test_get_is_sent_whole():
    assert sent(answered("GET", HttpResponse(TEN))) == TEN


@pytest.mark.django_db
def test_the_picture_in_a_tab_is_found_also_where_the_page_is_a_plain_file(client: Client):
    response = client.get("/favicon.ico")
    assert response.status_code == 302 and response["Location"].endswith(".svg")
    assert not response.cookies
