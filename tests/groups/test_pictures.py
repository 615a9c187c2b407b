"""Icon and cover: taken with care, shown to whoever may see the group."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import User
from groups import pictures
from groups.models import Group

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
URL = "/g/gardeners/settings/look/"


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": default}


def drawn(size=(300, 200), form="JPEG", colour="green", **more) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, colour).save(written, form, **more)
    return written.getvalue()


def upload(browser: Client, slug: str = "gardeners", **files: bytes):
    chosen = {kind: SimpleUploadedFile(f"{kind}.jpg", content) for kind, content in files.items()}
    return browser.post(f"/g/{slug}/settings/look/", chosen)


def address(group: Group, kind: str, width: int) -> str:
    group.refresh_from_db()
    return f"/g/{group.slug}/picture/{kind}/{getattr(group, kind)}-{width}/"


def test_an_owner_gives_the_group_a_face(signed_in: SignIn, client: Client, alice, group: Group):
    upload(signed_in(alice), icon=drawn(), cover=drawn((2000, 1000)))
    answer = client.get(address(group, "icon", 48))
    assert answer["Content-Type"] == "image/webp" and "immutable" in answer["Cache-Control"]
    assert Image.open(BytesIO(b"".join(answer.streaming_content))).size == (48, 48)
    home, directory = (client.get(path).content.decode() for path in ("/g/gardeners/", "/"))
    assert address(group, "cover", 1600) in home and address(group, "icon", 96) in home
    assert address(group, "icon", 48) in directory


def test_nothing_of_what_the_camera_wrote_is_left():
    exif = Image.Exif()
    exif[0x010E] = "Our garden, 52.1 N"
    exif[0x0112] = 6  # turned by a quarter
    made = pictures.made_from(BytesIO(drawn((400, 200), exif=exif)), 1000, "icon")
    assert all(b"52.1" not in content and b"EXIF" not in content for content in made.values())


def test_a_picture_that_was_turned_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = Image.new("RGB", (300, 200), "red")
    picture.paste("blue", (0, 0, 150, 200))
    written = BytesIO()
    picture.save(written, "JPEG", exif=exif)
    made = Image.open(BytesIO(pictures.made_from(written, 1000, "icon")[256])).convert("RGB")
    assert made.getpixel((128, 20))[2] > 200 and made.getpixel((128, 236))[0] > 200


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        drawn()[:200],
        drawn((8, 8)),
        b"%PDF-1.4",
        drawn(form="BMP"),
    ],
    ids=["empty", "cut", "svg", "torn", "tiny", "pdf", "bmp"],
)
def test_what_is_no_picture_is_refused_in_a_sentence(signed_in: SignIn, alice, group: Group, content: bytes):
    page = upload(signed_in(alice), icon=content)
    assert page.status_code == 200 and b"errorlist" in page.content
    group.refresh_from_db()
    assert group.icon == ""


def test_a_small_file_that_claims_to_be_huge_is_not_decoded():
    head = drawn(form="PNG")
    bomb = head[:16] + (50_000).to_bytes(4, "big") * 2 + head[24:]
    with pytest.raises(pictures.BadPicture):
        pictures.made_from(BytesIO(bomb), len(bomb), "icon")


def test_a_large_file_is_refused_unread():
    with pytest.raises(pictures.BadPicture, match="10 MB"):
        pictures.made_from(BytesIO(b""), 11 * 1024 * 1024, "cover")


def test_the_old_picture_goes_when_a_new_one_comes(
    signed_in: SignIn, alice, group: Group, django_capture_on_commit_callbacks
):
    browser = signed_in(alice)
    upload(browser, icon=drawn())
    group.refresh_from_db()
    old = pictures.path_of(group.pk, "icon", group.icon, 48)
    with django_capture_on_commit_callbacks(execute=True):
        upload(browser, icon=drawn(colour="blue"))
    assert not default_storage.exists(old)
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(URL, {"icon_gone": "on"})
    group.refresh_from_db()
    assert group.icon == ""
    assert group.log.count() == 3


def test_strangers_do_not_see_the_picture_of_a_private_group(
    signed_in: SignIn, client: Client, alice, bob, private_group: Group
):
    upload(signed_in(alice), "plans", icon=drawn())
    url = address(private_group, "icon", 48)
    assert client.get(url).status_code == 404
    assert signed_in(bob).get(url)["Cache-Control"].startswith("private, ")


@pytest.mark.parametrize(
    "path", ["icon/0-48/", "icon/-48/", "slug/gardeners-48/", "cover/../x-800/", "icon/x-99999999999999999/"]
)
def test_addresses_that_are_no_pictures_are_not_found(client: Client, group: Group, path: str):
    assert client.get(f"/g/gardeners/picture/{path}").status_code == 404


def test_a_member_cannot_change_it(signed_in: SignIn, bob, group: Group):
    assert upload(signed_in(bob), icon=drawn()).status_code == 403
