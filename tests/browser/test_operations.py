"""Pages of the panel for those who run the site, while a worker is stopped: axe, no page sideways, and the way of a click."""

import os
import socket
from datetime import timedelta

import pytest
from django.utils import timezone

from common import processes
from groups.domains import sites
from groups.domains.models import Domain
from mail.models import Inbound
from mail.operations import measuring, sampling
from mail.operations.models import DeliveryCheck, Process, Sample
from tests.browser.conftest import DESK, PHONE, Axe, Look, sideways
from tests.builders import make_group, make_operator
from tests.mail.builders import make_inbound

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = {
    "operations": "/admin/operations/",
    "check": "/admin/delivery-check/",
    "switches": "/admin/switches/",
    "domains": "/admin/domains/",
    "domain": "/admin/domains/{domain}/",
}
FRAME = ("landmark-one-main", "region")  # of django-unfold, which is not ours


def a_site_whose_worker_stopped(group) -> None:
    now = timezone.now()
    for kind in ("beat", "lmtp"):
        Process.objects.create(kind=kind, host=socket.gethostname(), holder=processes.signature(), version="0.1.0")
    since = now - timedelta(minutes=3)
    Process.objects.create(kind="worker", host=socket.gethostname(), holder="gone", seen_at=since, stopped_at=since)
    words = {"subject": "Seed swap on Sunday", "author": "ann@example.org"}
    make_inbound(group, state="failed", error="Traceback (most recent call last):\nValueError: an odd letter", **words)
    found = measuring.sample(now)
    for minute in range(0, 1440, 5):
        if not 300 <= minute < 420:
            at = sampling.start_of(now, 1) - timedelta(minutes=minute + 4)
            some = {"received": minute % 17, "archived": minute % 13, "sent": minute % 600, "out_waiting": minute % 90}
            Sample.objects.create(step=1, at=at, values={**found, **some})


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_operators_is_for_everybody(look: Look, axe: Axe, group, name):
    a_site_whose_worker_stopped(group)
    domain = Domain.objects.create(mail_domain="choirs.example", name="Choirs of the Coast", accent="#7a1fa2")
    make_group("altos", domain=domain, name="The Altos")
    record = {
        "name": "a._domainkey.choirs.example",
        "kind": "TXT",
        "value": "v=DKIM1; k=rsa; p=" + "MIIBIjANBgkqh" * 30,
    }
    lights = zip(("green", "amber", "red"), ("MX", "SPF", "DKIM"), (None, None, record), strict=True)
    findings = [
        {"title": title, "light": light, "sentence": f"{title} says something.", "advice": "Do it.", "record": record}
        for light, title, record in lights
    ]
    DeliveryCheck.objects.create(domain="posthouse.localhost", findings=findings)
    olga = make_operator()
    folder = os.environ.get("SHOTS")
    for width, theme in ((PHONE, "light"), (DESK, "dark"), *(((PHONE, "dark"), (DESK, "light")) if folder else ())):
        page = look(PAGES[name].format(domain=domain.pk), olga, theme, width)
        page.wait_for_load_state("networkidle")
        if folder:
            page.screenshot(path=f"{folder}/{name}-{width}-{theme}.png", full_page=True)
        assert [found for found in axe(page) if not found.startswith(FRAME)] == []
        assert sideways(page) == 0


def test_an_operator_sees_that_the_worker_stopped_and_replays_a_letter(look: Look, group):
    a_site_whose_worker_stopped(group)
    page = look("/admin/operations/", make_operator(), width=PHONE)
    page.get_by_text("Worker: stopped since 3 min.").wait_for()
    picture = page.get_by_role("img", name="Mail in, letters an hour")
    assert "Some of the time was not measured." in (picture.get_attribute("aria-label") or "")
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("1 letter is tried again.").wait_for()
    assert Inbound.objects.get().state != "failed"


def test_a_domain_has_a_look_of_its_own(look: Look, axe: Axe, live_server, group):
    url = live_server.url.replace("localhost", "127.0.0.1")
    words = {"name": "Choirs of the Coast", "footer": "Run by **us**, Harbour Street 1, Ghent."}
    domain = Domain.objects.create(mail_domain="choirs.example", url=url, accent="#7a1fa2", **words)
    make_group("altos", domain=domain, name="The Altos", summary="Low voices, high spirits")
    sites.sites.changed()
    folder = os.environ.get("SHOTS")
    for width, theme in ((PHONE, "light"), (DESK, "dark"), *(((PHONE, "dark"), (DESK, "light")) if folder else ())):
        page = look("/robots.txt", None, theme, width)
        page.goto(url + "/")
        assert page.get_by_text("The Altos").is_visible() and page.get_by_text("Harbour Street 1").is_visible()
        assert not page.get_by_text(group.name).is_visible()
        if folder:
            page.screenshot(path=f"{folder}/branded-{width}-{theme}.png", full_page=True)
        assert axe(page) == [] and sideways(page) == 0
