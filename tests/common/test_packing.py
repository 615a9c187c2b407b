"""Pages travel packed to browsers that take it so."""

import gzip

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory

from common.packing import PackingMiddleware, pack, pack_padded

WORDS = b"the same words again, " * 500


def sent(answer: HttpResponseBase, **headers: str) -> HttpResponseBase:
    request: HttpRequest = RequestFactory().get("/", headers={"accept_encoding": "gzip, br", **headers})
    return PackingMiddleware(lambda _: answer)(request)  # type: ignore[return-value]


def test_a_page_is_packed_and_says_so():
    page = sent(HttpResponse(WORDS, headers={"ETag": '"1"'}))
    assert isinstance(page, HttpResponse)
    assert gzip.decompress(page.content) == WORDS and len(page.content) < 400
    assert (page["Content-Encoding"], page["Content-Length"]) == ("gzip", str(len(page.content)))
    assert (page["Vary"], page["ETag"]) == ("Accept-Encoding", 'W/"1"')


def test_browsers_that_do_not_take_it_short_answers_and_what_is_packed_already_are_left_alone():
    for answer, headers in (
        (HttpResponse(WORDS), {"accept_encoding": "br"}),
        (HttpResponse(b"ok"), {}),
        (HttpResponse(pack(WORDS) * 9, headers={"Content-Encoding": "gzip"}), {}),
        (HttpResponse(bytes(range(256))), {}),  # would grow
    ):
        before = answer.content
        sent(answer, **headers)
        assert answer.content == before and "Content-Length" not in answer


def test_what_is_written_while_it_is_sent_is_packed_on_the_way():
    page = sent(StreamingHttpResponse(iter([WORDS, WORDS])))
    assert isinstance(page, StreamingHttpResponse)
    assert gzip.decompress(b"".join(page)) == WORDS * 2  # type: ignore[arg-type]


def test_the_length_of_a_page_for_one_person_tells_nothing():
    packed = [pack_padded(WORDS, 100) for _ in range(40)]
    assert len({len(each) for each in packed}) > 10
    assert all(gzip.decompress(each) == WORDS for each in packed)
    assert pack(WORDS) == pack(WORDS)
