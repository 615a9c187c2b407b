"""Pictures: those in the letter are shown, those elsewhere wait, those that only count readers go."""

import pytest

from archive.rendering import link_parts, sanitise_html, show_remote

PIXEL = "iVBORw0KGgo="


def safe(text, **cids):
    return sanitise_html(text, cids).html


def test_a_picture_of_the_message_itself():
    assert safe('<img src="cid:a" alt="tree">', a=3) == '<img src="part:3" alt="tree">'
    assert safe('<img src="CID:%61">', a=3) == '<img src="part:3" alt="">'


def test_a_picture_that_is_not_there_leaves_its_words():
    assert safe('<img src="cid:gone" alt="a tree">') == '<span class="missing">[a tree]</span>'
    assert safe('<img src="cid:gone">') == ""


def test_a_picture_on_another_server_waits():
    result = sanitise_html('<img src="https://a.example/x.png?a=1&amp;b=2" alt="tree" width=300 height="200px">', {})
    assert result.html == '<img data-remote="https://a.example/x.png?a=1&amp;b=2" alt="tree" width="300" height="200">'
    assert result.has_remote


@pytest.mark.parametrize(
    "size",
    [
        'width="1" height="1"',
        "width=0",
        'height="1"',
        'style="width:1px;height:1px"',
        'style="display:none"',
        'style="height:0"',
    ],
)
def test_pictures_nobody_can_see_are_dropped(size):
    result = sanitise_html(f'x<img src="https://track.example/x.gif" alt="x" {size}>', {})
    assert (result.html, result.has_remote) == ("x", False)


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "webp"])
def test_small_pictures_inside_the_html_are_shown(kind):
    assert (
        safe(f'<img src="data:image/{kind};base64,{PIXEL}">') == f'<img src="data:image/{kind};base64,{PIXEL}" alt="">'
    )


@pytest.mark.parametrize(
    "url",
    [
        "data:image/svg+xml;base64,AAAA",
        "data:text/html;base64,AAAA",
        "data:image/png,<svg onload=x>",
        "data:image/png;base64,AAAA&quot; onerror=&quot;x",
        "data:image/png;base64," + "A" * 400_000,
        "javascript:x",
        "file:///etc/passwd",
        "part:3",
        "x.png",
        "http://a.example/\n x",
    ],
)
def test_other_sources_are_not(url):
    assert "<img" not in safe(f'<img src="{url}">')


def test_addresses_of_parts_are_put_in_when_a_page_is_made():
    stored = safe('<img src="cid:a" alt="src=&quot;part:9&quot;">src="part:8"', a=3)
    shown = link_parts(stored, lambda index: f'/part/{index}?a&b"')
    assert shown.startswith('<img src="/part/3?a&amp;b&quot;"')
    assert "part:8" in shown


def test_remote_pictures_load_only_when_asked_for():
    shown = show_remote(safe('<img src="https://a.example/x.png">data-remote="y"'))
    assert (
        shown == '<img referrerpolicy="no-referrer" loading="lazy" src="https://a.example/x.png" alt="">data-remote="y"'
    )
