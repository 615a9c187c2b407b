"""Would our mail arrive? Asked of a real name server, a real mail server with TLS, and real pages, all in this process."""

import json
import ssl
import threading
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.core.management import CommandError, call_command

from accounts.models import User
from groups.domains import sites
from groups.models import Group
from mail.management.commands.make_dkim_key import make_key
from mail.models import Outgoing, SigningKey
from mail.operations.models import DeliveryCheck
from mail.operations.selfcheck import run, servers
from mail.operations.selfcheck.types import Around, Finding, Light
from mail.outbox.letters import own_key
from tests.builders import make_operator
from tests.mail.relay import EXTENSIONS, FakeRelay
from tests.name_server import name_server

pytestmark = pytest.mark.django_db
DOMAIN = "lists.example"
MX = "mx.lists.example"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Days of validity -> file with key and certificate of MX and localhost."""
    made = {}
    for days in (90, 5):
        key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, MX)])
        hosts = x509.SubjectAlternativeName([x509.DNSName(MX), x509.DNSName("localhost")])
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        builder = (
            builder.serial_number(days).not_valid_before(now - timedelta(days=1)).add_extension(hosts, critical=False)
        )
        signed = builder.not_valid_after(now + timedelta(days=days)).sign(key, SHA256())
        path = tmp_path_factory.mktemp("tls") / f"{days}.pem"
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(secret + signed.public_bytes(Encoding.PEM))
        made[days] = path
    return made


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, *about):
        pass


class World:
    """Everything about DOMAIN as it should be; tests break one thing."""

    def __init__(self, stack: ExitStack, certificate, days: int, private: str, record: str, extensions=("STARTTLS",)):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate[days])
        trusting = ssl.create_default_context(cafile=str(certificate[days]))
        self.relay = stack.enter_context(FakeRelay((*EXTENSIONS, *extensions), tls=context))
        pages = HTTPServer(("127.0.0.1", 0), Pages)
        pages.socket = context.wrap_socket(pages.socket, server_side=True)
        threading.Thread(target=pages.serve_forever, args=(0.01,), daemon=True).start()
        stack.callback(lambda: (pages.shutdown(), pages.server_close()))
        self.url = f"https://localhost:{pages.server_port}"
        self.records = {
            (DOMAIN, "MX"): [f"10 {MX}."],
            (DOMAIN, "TXT"): ["v=spf1 ip4:127.0.0.1 -all", "another=word"],
            (MX, "A"): ["127.0.0.1"],
            (f"a._domainkey.{DOMAIN}", "TXT"): [record],
            ("_dmarc.lists.example", "TXT"): ["v=DMARC1; p=quarantine"],
            ("1.0.0.127.in-addr.arpa", "PTR"): [f"{MX}."],
        }
        resolver = stack.enter_context(name_server(self.records))
        self.around = Around(resolver, ["127.0.0.1"], self.relay.port, 3.0, trusting)

    def check(self) -> dict[str, Finding]:
        row = run.check(sites.main(), self.around)
        return {each["key"]: each for each in row.findings}


KEYS = make_key("rsa")


@pytest.fixture
def make_world(settings, certificate):
    with ExitStack() as stack:

        def make(days: int = 90, **more) -> World:
            world = World(stack, certificate, days, *KEYS, **more)
            settings.MAIL_DOMAIN, settings.SITE_URL = DOMAIN, world.url
            SigningKey.objects.create(domain=DOMAIN, selector="a", private_pem=KEYS[0])
            return world

        yield make


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(servers, "clock", lambda: Finding("time", "Time", Light.GREEN, "It is right."))


def test_all_is_green_where_all_is_right_and_nothing_stays_behind(make_world):
    found = make_world().check()
    assert {key: each["light"] for key, each in found.items()} == dict.fromkeys(run.ORDER, "green")
    assert f"a good signature of {DOMAIN} covers them" in found["one-click"]["sentence"]
    assert not Outgoing.objects.exists() and not Group.objects.exists() and not User.objects.exists()


WRONG = [
    ("spf", "red", (DOMAIN, "TXT"), [], "v=spf1 ip4:127.0.0.1 -all"),
    ("spf", "red", (DOMAIN, "TXT"), ["v=spf1 -all", "v=spf1 ~all"], "several SPF records"),
    ("spf", "red", (DOMAIN, "TXT"), ["v=spf1 ip4:192.0.2.1 -all"], "127.0.0.1: fail"),
    ("spf", "amber", (DOMAIN, "TXT"), ["v=spf1 ip4:192.0.2.1 ~all"], "127.0.0.1: softfail"),
    ("dkim", "red", (f"a._domainkey.{DOMAIN}", "TXT"), [], KEYS[1]),
    ("dkim", "red", (f"a._domainkey.{DOMAIN}", "TXT"), [make_key("rsa")[1]], "Another key than ours"),
    ("dkim", "amber", (f"a._domainkey.{DOMAIN}", "TXT"), [KEYS[1] + "; t=y"], "only a trial"),
    ("dmarc", "red", ("_dmarc.lists.example", "TXT"), [], "v=DMARC1; p=none"),
    ("dmarc", "red", ("_dmarc.lists.example", "TXT"), ["v=DMARC1; p=perhaps"], "no policy that is known"),
    ("mx", "red", (DOMAIN, "MX"), [], "has no MX record"),
    ("mx", "red", (MX, "A"), [], "has no address"),
    ("ptr", "red", ("1.0.0.127.in-addr.arpa", "PTR"), [], "127.0.0.1 has no name"),
    ("ptr", "red", ("1.0.0.127.in-addr.arpa", "PTR"), ["other.example."], "does not lead back"),
]


def test_what_is_wrong_in_the_dns_is_said_with_the_record_to_publish(make_world):
    world = make_world()
    for key, light, name, values, said in WRONG:
        right = world.records[name]
        world.records[name] = values
        findings = run.of_names(DOMAIN, own_key(DOMAIN), world.around)
        found = next(each.as_json() for each in findings if each.key == key)
        assert (found["light"], said in json.dumps(found)) == (light, True), (key, values, found)
        world.records[name] = right


def test_the_record_to_publish_never_forbids_our_own_servers_where_nobody_said_which_they_are(make_world):
    world = make_world()
    world.records[DOMAIN, "TXT"] = world.records[DOMAIN, "MX"] = []
    nobody_said = Around(world.around.resolver)
    found = next(each for each in run.of_names(DOMAIN, None, nobody_said) if each.key == "spf")
    assert "v=spf1 mx ~all" in json.dumps(found.as_json())


def test_a_policy_above_the_domain_counts(make_world, settings):
    world = make_world()
    del world.records["_dmarc.lists.example", "TXT"]
    settings.MAIL_DOMAIN = "deep.lists.example"
    world.records["_dmarc.lists.example", "TXT"] = ["v=DMARC1; p=reject; sp=none"]
    found = world.check()["dmarc"]
    assert found["light"] == "green" and "The policy is none (at _dmarc.lists.example)" in found["sentence"]


def test_certificates_that_end_soon_are_amber(make_world):
    found = make_world(days=5).check()
    assert (found["tls"]["light"], found["https"]["light"]) == ("amber", "amber")


def test_a_mail_server_without_tls_or_that_does_not_know_us_is_red(make_world):
    world = make_world(extensions=())
    world.relay.answers["RCPT TO:<postmaster@"] = "550 5.7.1 relaying denied"
    found = world.check()
    assert (
        "offers no STARTTLS" in found["tls"]["sentence"] and "550 5.7.1 relaying denied" in found["server"]["sentence"]
    )
    world.relay.answers.clear()
    world.relay.extensions = (*EXTENSIONS, "STARTTLS")
    object.__setattr__(world.around, "tls", ssl.create_default_context())
    assert "is not good" in world.check()["tls"]["sentence"]


def test_servers_that_are_away_are_red_and_the_dns_away_is_amber(make_world, settings):
    world = make_world()
    settings.SITE_URL = "https://localhost:1"
    object.__setattr__(world.around, "smtp_port", 1)
    found = world.check()
    assert (found["server"]["light"], found["https"]["light"]) == ("red", "red")
    world.around.resolver._resolver.port = 1
    object.__setattr__(world.around, "seconds", 0.1)
    settings.MAIL_DOMAIN = "other.example"
    assert "The DNS gave no answer" in world.check()["mx"]["sentence"]


def test_without_a_key_or_https_one_click_is_amber(make_world, settings):
    world = make_world()
    SigningKey.objects.all().delete()
    assert world.check()["one-click"]["light"] == world.check()["dkim"]["light"] == "amber"
    settings.SITE_URL = "http://localhost:1"
    assert "not https" in world.check()["one-click"]["sentence"]


def test_on_the_command_line(make_world, monkeypatch):
    world, out = make_world(), StringIO()
    monkeypatch.setattr(run, "surroundings", lambda: world.around)
    call_command("check_delivery", DOMAIN, "--json", stdout=out)
    (found,) = json.loads(out.getvalue())["domains"]
    assert found["light"] == "green" and len(found["findings"]) == len(run.ORDER)
    world.records[DOMAIN, "TXT"] = []
    out = StringIO()
    with pytest.raises(CommandError, match="Not everything"):
        call_command("check_delivery", stdout=out)
    assert "publish: lists.example. IN TXT v=spf1 ip4:127.0.0.1 -all" in out.getvalue()
    with pytest.raises(CommandError, match="It has"):
        call_command("check_delivery", "elsewhere.example")


def test_in_the_panel(make_world, signed_in, monkeypatch):
    world = make_world()
    monkeypatch.setattr(run, "surroundings", lambda: world.around)
    world.records["1.0.0.127.in-addr.arpa", "PTR"] = []
    operator = signed_in(make_operator())
    assert b"Not checked yet" in operator.get("/admin/delivery-check/").content
    page = operator.post("/admin/delivery-check/", {"domain": DOMAIN}, follow=True).content.decode()
    assert (
        "lists.example was checked." in page and "127.0.0.1 has no name." in page and "1.0.0.127.in-addr.arpa" in page
    )
    assert b"no domain of ours" in operator.post("/admin/delivery-check/", {"domain": "x"}, follow=True).content
    assert signed_in(make_operator("Hal", is_superuser=False)).get("/admin/delivery-check/").status_code == 403
    assert DeliveryCheck.objects.count() == 1


def test_a_clock_that_nothing_keeps_right_is_amber(monkeypatch):
    monkeypatch.undo()
    states = []

    class Kernel:
        def __init__(self, name):
            pass

        def adjtimex(self, timex):
            return states[-1]

    monkeypatch.setattr(servers.ctypes, "CDLL", Kernel)
    for state, light in ((0, "green"), (servers.UNSYNCHRONISED, "amber"), (-1, "amber")):
        states.append(state)
        assert servers.clock().light == light
