import pytest
from django.conf import settings

from archive.models import Attachment
from tests.builders import make_message, make_transfer

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n picture"


def test_a_picture_is_shown_in_the_browser(client, group):
    make_message(group, files=[("plot.png", "image/png", PNG)])
    response = client.get("/g/gardeners/message/1/attachment/1/plot.png")
    assert response.content == PNG
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"] == 'inline; filename="plot.png"'


@pytest.mark.parametrize(
    "content_type", ["text/html", "image/svg+xml", "application/pdf", "application/xhtml+xml", "text/xml"]
)
def test_anything_that_could_be_a_program_is_only_saved(client, group, content_type):
    make_message(group, files=[("file", content_type, b"<script>alert(1)</script>")])
    response = client.get("/g/gardeners/message/1/attachment/1/file")
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("declared", ["text/html\r\nSet-Cookie: a=b", "nonsense", "image/png; x", "", "a/b/c"])
def test_a_declared_type_that_is_none_becomes_bytes(client, group, declared):
    make_message(group, files=[("file", "image/png", PNG)])
    Attachment.objects.update(content_type=declared)
    response = client.get("/g/gardeners/message/1/attachment/1/file")
    assert response["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", 'filename="_.._etc_passwd"'),
        ('quo"te.txt', 'filename="quo\\"te.txt"'),
        ("ünïcode.pdf", "filename*=utf-8''%C3%BCn%C3%AFcode.pdf"),
        ("gpj\u202eexe.", 'filename="gpjexe"'),
        ("a\r\nb", 'filename="ab"'),
        ("", 'filename="part-1"'),
        ("..", 'filename="part-1"'),
    ],
)
def test_a_hostile_name_is_made_harmless(client, group, name, shown):
    make_message(group, files=[("x.bin", "application/x-any", b"x")])
    Attachment.objects.update(filename=name)
    response = client.get("/g/gardeners/message/1/attachment/1/whatever")
    assert response["Content-Disposition"] == f"attachment; {shown}"
    assert client.get("/g/gardeners/message/1/").status_code == 200
    assert client.get("/g/gardeners/attachments/").status_code == 200


def test_a_detached_file_comes_from_the_blob_folder(client, group):
    make_message(group, files=[("old.jpg", "image/jpeg", b"x")])
    Attachment.objects.update(index=10_000, blob="ab/cdef")
    (settings.BLOB_FOLDER / "ab").mkdir(parents=True, exist_ok=True)
    (settings.BLOB_FOLDER / "ab" / "cdef").write_bytes(b"old picture")
    response = client.get("/g/gardeners/message/1/attachment/10000/old.jpg")
    assert b"".join(response) == b"old picture"


@pytest.mark.parametrize("blob", ["../secret-key", "/etc/passwd", "missing"])
def test_no_path_leads_out_of_the_blob_folder(client, group, blob):
    make_message(group, files=[("x", "image/png", b"x")])
    Attachment.objects.update(blob=blob)
    assert client.get("/g/gardeners/message/1/attachment/1/x").status_code == 404


def test_attachments_of_hidden_letters_and_unfinished_imports_are_not_there(client, group):
    make_message(group, hidden=True, files=[("h.png", "image/png", PNG)])
    make_message(group, transfer=make_transfer(group, staged=True), files=[("s.png", "image/png", PNG)])
    assert client.get("/g/gardeners/message/1/attachment/1/h.png").status_code == 404
    assert client.get("/g/gardeners/message/2/attachment/1/s.png").status_code == 404
    page = client.get("/g/gardeners/attachments/").content.decode()
    assert "h.png" not in page and "s.png" not in page


def test_a_part_that_is_no_attachment_is_not_served(client, group):
    make_message(group, files=[("x", "image/png", PNG)])
    for index in (0, 2, 99999999999999999999):
        assert client.get(f"/g/gardeners/message/1/attachment/{index}/x").status_code == 404


def test_a_private_picture_stays_in_its_readers_browser(signed_in, bob, members_group):
    make_message(members_group, files=[("x.png", "image/png", PNG)])
    response = signed_in(bob).get("/g/committee/message/1/attachment/1/x.png")
    assert "private" in response["Cache-Control"] and "public" not in response["Cache-Control"]


def test_a_public_picture_is_not_sent_twice(client, group):
    make_message(group, files=[("x.png", "image/png", PNG)])
    first = client.get("/g/gardeners/message/1/attachment/1/x.png")
    again = client.get("/g/gardeners/message/1/attachment/1/x.png", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_the_page_of_attachments_can_be_narrowed_to_pictures(client, group, django_assert_num_queries):
    make_message(group, files=[("plot.png", "image/png", PNG), ("list.pdf", "application/pdf", b"pdf")])
    with django_assert_num_queries(2):
        everything = client.get("/g/gardeners/attachments/").content.decode()
    pictures = client.get("/g/gardeners/attachments/?kind=pictures").content.decode()
    assert "list.pdf" in everything and "list.pdf" not in pictures and "plot.png" in pictures


def test_no_attachments_is_said_in_words(client, group):
    assert "Files that letters bring will stand here" in client.get("/g/gardeners/attachments/").content.decode()
    assert "No attachments of this kind" in client.get("/g/gardeners/attachments/?kind=film").content.decode()
