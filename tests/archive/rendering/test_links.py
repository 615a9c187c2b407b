"""Addresses of the web in running text."""

import pytest

from archive.rendering.links import escape, linkify


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("see http://a.example/x.", "http://a.example/x"),
        ("(https://a.example/x)", "https://a.example/x"),
        ("https://a.example/Tree_(botany)", "https://a.example/Tree_(botany)"),
        ("(see https://a.example/Tree_(botany)).", "https://a.example/Tree_(botany)"),
        ("<URL:http://a.example/x?a=1&b=2>", "http://a.example/x?a=1&amp;b=2"),
        ("<https://a.example/>", "https://a.example/"),
        ('"https://a.example/x", he said', "https://a.example/x"),
        ("www.a.example/x!", "http://www.a.example/x"),
        ("*https://a.example/*", "https://a.example/"),
        ("https://bücher.example/straße", "https://bücher.example/straße"),
        ("见https://a.example/x。再见", "https://a.example/x"),
        ("http://a.example/?q=a&amp;", "http://a.example/?q=a&amp;amp"),
        ("HTTPS://A.EXAMPLE/X", "HTTPS://A.EXAMPLE/X"),
        ("https://a.example/@user/1", "https://a.example/@user/1"),
    ],
)
def test_a_url_ends_where_people_mean_it_to(text, url):
    assert f'<a href="{url}" rel="nofollow noopener noreferrer ugc">' in linkify(escape(text))


@pytest.mark.parametrize(
    "text",
    ["http://", "https:// x", "www.", "javascript:alert(1)", "ftp://a.example/", "data:text/html,x", "//a.example/x"],
)
def test_what_is_no_url_of_the_web_is_no_link(text):
    assert linkify(escape(text)) == escape(text)


def test_a_url_cannot_leave_its_attribute():
    assert linkify(escape('http://a.example/"onmouseover="x')).count('"') == 4 + 2
