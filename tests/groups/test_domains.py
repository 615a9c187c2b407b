"""Domains on the web: each host has its name, look, directory and groups; who runs a domain runs its groups."""

import json
import re
from io import BytesIO

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.staticfiles.finders import find
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from common import shared
from common.shared import Shared
from groups.domains import colours, sites
from groups.domains.models import Domain
from groups.models import Group, Visibility
from tests.builders import make_group, make_message, make_operator, make_user

pytestmark = pytest.mark.django_db
CHOIRS, BIRDS = "choirs.example", "birds.example"


@pytest.fixture(autouse=True)
def _hosts(settings):
    settings.ALLOWED_HOSTS = ["*"]


@pytest.fixture
def choirs(db):
    return a_domain(CHOIRS, "Choirs of the Coast", accent="#7a1fa2", footer="Run by *us*, Harbour Street 1.")


@pytest.fixture
def birds(db):
    return a_domain(BIRDS, "Birds", is_shared=False)


def a_domain(host: str, name: str, **fields) -> Domain:
    domain = Domain.objects.create(mail_domain=host, url=f"https://{host}", name=name, **fields)
    sites.sites.changed()
    return domain


def at(host: str, path: str = "/", client: Client | None = None) -> str:
    return (client or Client()).get(path, headers={"host": host}).content.decode()


def test_each_host_lists_its_own_groups_in_its_own_name(choirs, birds, group):
    make_group("altos", domain=choirs, name="The Altos")
    make_group("watchers", domain=birds, name="The Watchers")
    page = at(CHOIRS)
    assert "The Altos" in page and "Riverside Gardeners" not in page and "The Watchers" not in page
    assert "Choirs of the Coast" in page and "Posthouse" not in page and "--accent:#7a1fa2" in page
    assert "Run by <em>us</em>" in page
    main = at("localhost")
    assert "The Altos" in main and "Riverside Gardeners" in main and "The Watchers" not in main  # it keeps to its own
    assert "--accent:" not in main and "Posthouse" in main


def test_each_host_stands_on_a_home_screen_under_its_own_name(choirs):
    for host, name in ((CHOIRS, "Choirs of the Coast"), ("localhost", "Posthouse")):
        page = at(host)
        link = re.search(r'<link rel="manifest" href="([^"]+)"', page)[1]
        about = json.loads(at(host, link))
        assert (about["name"], about["start_url"]) == (name, "/")
        assert all(Client().get(each["url"]).status_code in (200, 302) for each in about["shortcuts"])
    drawn = [each for each in about["icons"] if each["type"] == "image/png"]
    files = [find(each["src"].removeprefix(settings.STATIC_URL)) for each in drawn]
    assert ["x".join(map(str, Image.open(file).size)) for file in files] == [each["sizes"] for each in drawn]


def test_a_group_on_the_host_of_another_domain_is_led_home(choirs, birds):
    altos = make_group("altos", domain=choirs)
    response = Client().get("/g/altos/?x=1", headers={"host": BIRDS})
    assert response.status_code == 301 and response["Location"] == "https://choirs.example/g/altos/?x=1"
    assert Client().get("/g/altos/", headers={"host": "localhost"}).status_code == 200
    Group.objects.filter(pk=altos.pk).update(visibility=Visibility.PRIVATE, archive_access="members")
    assert Client().get("/g/altos/", headers={"host": BIRDS}).status_code == 404


def test_links_that_name_the_right_address_name_the_domain(choirs):
    altos = make_group("altos", domain=choirs)
    letter = make_message(altos)
    for host in (CHOIRS, "localhost"):
        assert '<link rel="canonical" href="https://choirs.example/g/altos/">' in at(host, "/g/altos/")
        assert 'rel="canonical" href="https://choirs.example/g/altos/' in at(host, f"/g/altos/message/{letter.number}/")
    assert "https://choirs.example/g/altos/message/" in at("localhost", "/g/altos/feed/")


def test_who_runs_a_domain_runs_its_groups_and_no_others(choirs, signed_in, private_group, charlie):
    hidden = make_group("altos", domain=choirs, visibility=Visibility.PRIVATE, archive_access="members")
    client = signed_in(charlie)
    assert client.get("/g/altos/settings/").status_code == 404
    choirs.owners.add(charlie)
    sites.sites.changed()
    assert client.get("/g/altos/settings/").status_code == 200
    assert client.get(f"/g/{private_group.slug}/settings/").status_code == 404
    assert hidden in Group.objects.readable_by(charlie) and private_group not in Group.objects.visible_to(charlie)


def test_a_group_that_is_started_on_a_host_lives_there(choirs, signed_in, bob):
    client = signed_in(bob)
    client.post("/groups/new/", {"name": "Tenors", "slug": "tenors"}, headers={"host": CHOIRS})
    form = client.get("/groups/new/who/", headers={"host": CHOIRS}).context["form"]
    client.post("/groups/new/who/", form.initial, headers={"host": CHOIRS})
    assert "tenors@choirs.example" in at(CHOIRS, "/groups/new/look/", client)
    client.post("/groups/new/look/", headers={"host": CHOIRS})
    assert Group.objects.get(slug="tenors").domain == choirs


def test_a_sign_in_link_leads_back_to_the_host_it_was_asked_for_on(choirs, bob):
    EmailAddress.objects.create(user=bob, email=bob.email, verified=True, primary=True)
    Client().post("/account/login/code/", {"email": bob.email}, headers={"host": CHOIRS})
    (letter,) = mail.outbox
    assert "https://choirs.example/account/link/" in letter.body and "Choirs of the Coast" in letter.subject
    assert letter.from_email.endswith("<noreply@choirs.example>")


def test_a_new_look_is_a_new_page_for_those_who_kept_the_old(choirs):
    first = Client().get("/", headers={"host": CHOIRS})
    assert Client().get("/", headers={"host": CHOIRS, "if-none-match": first["ETag"]}).status_code == 304
    operator = Client()
    operator.force_login(make_operator())
    operator.post(
        f"/admin/domains/{choirs.pk}/",
        {"name": "Choirs, all of them", "mail_domain": CHOIRS, "url": f"https://{CHOIRS}"},
    )
    again = Client().get("/", headers={"host": CHOIRS, "if-none-match": first["ETag"]})
    assert again.status_code == 200 and b"Choirs, all of them" in again.content


def test_an_operator_adds_a_domain_with_a_logo_moves_a_group_there_and_removes_it(signed_in, group):
    client = signed_in(make_operator())
    picture = BytesIO()
    Image.new("RGB", (640, 100), "purple").save(picture, "PNG")
    said = {"name": "Choirs", "mail_domain": "Choirs.Example.", "url": "https://choirs.example/", "is_shared": "on"}
    said["owners"] = "alice@example.org"
    client.post("/admin/domains/new/", {**said, "logo": SimpleUploadedFile("logo.png", picture.getvalue())})
    domain = Domain.objects.get()
    assert (domain.mail_domain, domain.url) == (CHOIRS, "https://choirs.example")
    assert domain.owners.get().email == "alice@example.org"
    logo = Client().get(f"/site/logo/{domain.logo_name}.webp")
    assert Image.open(BytesIO(logo.content)).size == (320, 50) and "immutable" in logo["Cache-Control"]
    assert domain.logo_name in at(CHOIRS)
    page = f"/admin/domains/{domain.pk}/"
    client.post(page, {"do": "move", "slug": "gardeners"})
    group.refresh_from_db()
    assert group.address == "gardeners@choirs.example"
    assert b"Move them first" in client.post(page, {"do": "remove"}, follow=True).content
    client.post(page, {"do": "home", "slug": "gardeners"})
    client.post(page, {"do": "remove"})
    assert not Domain.objects.exists()
    group.refresh_from_db()
    assert group.address == "gardeners@posthouse.localhost"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("mail_domain", "no host", "no host name"),
        ("mail_domain", "posthouse.localhost", "MAIL_DOMAIN of the settings"),
        ("mail_domain", BIRDS, "belongs to Birds"),
        ("url", "https://new.example/path", "without anything behind it"),
        ("url", "https://birds.example", "belongs to Birds"),
        ("other_hosts", "a.example b_c", "no host name"),
        ("accent", "#ffd500", "The nearest that can is #"),
        ("accent", "red", "# and six digits"),
        ("owners", "nobody@example.org", "Nobody here has the address"),
        ("language", "x" * 20, "at most 16"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(signed_in, birds, field, value, said):
    client = signed_in(make_operator())
    page = client.post(
        "/admin/domains/new/", {"name": "New", "mail_domain": "new.example", field: value}
    ).content.decode()
    assert said in page and Domain.objects.count() == 1


def test_others_do_not_get_to_the_domains(client, signed_in, birds):
    helper = make_operator("Hal", is_superuser=False)
    assert signed_in(helper).get("/admin/domains/").status_code == 403
    assert client.get("/admin/domains/").status_code == 302
    assert signed_in(make_user("Eve")).post(f"/admin/domains/{birds.pk}/", {"do": "remove"}).status_code == 302
    assert Domain.objects.exists()


@pytest.mark.parametrize("accent", ["#7a1fa2", "#0b5f63", "#ffd500", "#000000", "#ffffff", "#e53935"])
def test_an_accent_can_be_read_in_light_and_in_dark(accent):
    style = colours.stylesheet(accent)
    shades = [part.split(";")[0] for part in style.split("--accent:")[1:]]
    for shade, grounds in zip(shades, (colours.LIGHT_GROUNDS, colours.DARK_GROUNDS, colours.DARK_GROUNDS), strict=True):
        assert colours.lowest_contrast(shade, grounds) >= colours.READABLE
    for part in style.split("--accent:")[1:]:
        shade, on = part.split(";")[0], part.split("--on-accent:")[1][:7]
        assert colours.contrast(shade, on) >= colours.READABLE


def test_the_contrast_is_that_of_the_guidelines():
    assert round(colours.contrast("#777777", "#ffffff"), 2) == 4.48  # WCAG's own example of one that just fails


@pytest.mark.django_db(transaction=True)
def test_another_process_learns_of_a_change_at_its_commit(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(shared, "ASKED_EVERY", 0.0)
    other = Shared("sites", sites._load, sites.Sites({}, {}, {}))  # as a second process has it
    try:
        other.seed()
        with django_assert_num_queries(0):
            assert other.get().by_pk == {}
        a_domain(CHOIRS, "Choirs")
        assert [site.name for site in other.get().by_pk.values()] == ["Choirs"]
        with django_assert_num_queries(0):
            other.get()
    finally:
        Shared.every["sites"] = sites.sites


def test_pages_of_a_site_with_one_domain_ask_no_more(group, client, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get("/g/gardeners/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/g/gardeners/")
        client.get("/")
    assert not [query for query in asked.captured_queries if "domains_domain" in query["sql"]]
