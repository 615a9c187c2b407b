"""Letters made to break pages: each of them is stored, and each of its pages answers."""

import pytest
from django.test import Client

from archive.actions.storing import store_letters
from archive.prepare import Hints, prepare
from groups.models import Group

pytestmark = pytest.mark.django_db
HEAD = "From: Marta <m@x.example>\nMessage-ID: <{id}>\n"
HTML = "Content-Type: text/html; charset=utf-8\n\n"
PART = "--b\nContent-Type: application/x-a; name=a\n\nx\n"

LETTERS = {
    "ten thousand recipients": "To: " + ", ".join(f"p{n}@x.example" for n in range(10_000)) + "\n\nx\n",
    "one line of five megabytes": "\n" + "word " * 1_000_000 + "\n",
    "one word of five megabytes": "\n" + "w" * 5_000_000 + "\n",
    "twenty thousand quotes": "\n" + "".join(">" * min(n, 2000) + f" {n}\n" for n in range(1, 2000)) + "> \n" * 20_000,
    "nested quotes in HTML": HTML + "<blockquote>" * 20_000 + "x",
    "three thousand attachments": "Content-Type: multipart/mixed; boundary=b\n\n" + PART * 3000 + "--b--\n",
    "a thousand multiparts": "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(1000))
    + "Content-Type: text/plain\n\nx\n",
    "a subject of a megabyte": "Subject: " + "s" * 1_000_000 + "\n\nx\n",
    "a subject turned around": "Subject: =?utf-8?q?=E2=80=AEabc=E2=81=A7?=\n\n\u202eabc\n",
    "a forged part": HTML + '<img src="part:99"><img data-remote="http://x.example/a.png"><p>\ufdd0a\ufdd3b\ufdd4',
    "a letter over the page": HTML
    + '<style>@import "http://x.example"</style><div style="position:fixed;inset:0;z-index:9;background:url(http://x.example/)">'
    "<form action=//x.example><input name=q autofocus></form><base href=//x.example><meta http-equiv=refresh content=0>x",
    "links to programs": HTML
    + '<a href="java&#10;script:alert(1)">a</a><a href="\u0001javascript:alert(1)">b</a><a href="data:text/html,x">c</a>'
    '<a href="vbscript:x">d</a><svg><a xlink:href="javascript:alert(1)">e</a></svg>'
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
}
PAGES = ["message/1/", "message/1/?plain=1", "message/1/?remote=1", "message/1/raw", "topic/1/", "topic/1/?view=tree"]
PAGES += ["topic/1/atom", "topic/1/mbox", "topics/", "attachments/", "authors/", "feed/", ""]
LIVE = (
    "javascript:",
    "vbscript:",
    "data:text",
    "onerror=",
    "<form action=//",
    "<base",
    "position:fixed",
    "@import",
    "http-equiv=refresh",
    'src="part:',
    "autofocus>",
    "url(http",
)


@pytest.mark.parametrize("name", LETTERS)
def test_every_page_of_a_hostile_letter_answers(name: str, group: Group):
    raw = HEAD.format(id='a/../b?c#d%00"<script>@x.example') + LETTERS[name]
    store_letters(group, [prepare(raw.encode("utf-8", "replace"), Hints())])
    for page in PAGES:
        response = Client().get(f"/g/{group.slug}/{page}")
        assert response.status_code == 200, page
        body = b"".join(response) if response.streaming else response.content
        if "raw" not in page and "mbox" not in page:
            shown = body.decode()
            assert [word for word in LIVE if word in shown] == [], page
