"""One post to 10,000 members, every copy personal, to Postfix's smtp-sink: copies a second with every row kept.

`python -m benchmarks.mail_out` measures the embedded profile, and the server profile where DATABASE_URL and REDIS_URL are set.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from benchmarks.figures import ROWS, Figure
from benchmarks.machine import run
from benchmarks.sites import Site, empty_site
from scripts.services import find, free_port, require

if TYPE_CHECKING:
    from archive.models import Message

MEMBERS = 10_000


def measure_mail_out(site: Site, members: int = MEMBERS) -> Iterator[Figure]:
    """As the relay of the site signs, and signed here."""
    with smtp_sink() as port:
        relay = {**site.environment, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port)}
        figures = _send(relay, members)
        yield _rate("mail.out", figures)
        text = f"{figures['queue_seconds']:.2f} s, {figures['queries']:.0f} queries"
        yield Figure("mail.queued", text, {"seconds": figures["queue_seconds"]})
        text = f"{figures['peak_mb']:.0f} MB, {figures['grown_mb']:+.1f} MB by sending"
        yield Figure("mail.memory", text, {"mb": figures["peak_mb"]})
        yield _rate("mail.out_signed", _send(relay, members, "--sign"))


def _rate(key: str, figures: dict[str, float]) -> Figure:
    copies = figures["copies"]
    if figures["rows_sent"] != copies:
        raise SystemExit(f"{figures['rows_sent']:.0f} of {copies:.0f} copies say that they were sent.")
    rate, cpu = copies / figures["send_seconds"], figures["send_cpu"] / copies * 1e6
    text = f"{rate:,.0f}/s, {cpu:.0f} µs of processor a copy"
    return Figure(key, text, {"rate": rate, "cpu_us": cpu}, note=f"{copies:,.0f} members")


def _send(environment: dict[str, str], members: int, *words: str) -> dict[str, float]:
    ran = run([sys.executable, "-m", "benchmarks.mail_out", "--inside", str(members), *words], environment)
    figures: dict[str, float] = json.loads(ran.output.splitlines()[-1])
    return {**figures, "peak_mb": ran.peak_mb}


@contextlib.contextmanager
def smtp_sink() -> Iterator[int]:
    """Postfix's sink on a free port: takes every letter and forgets it."""
    require("smtp-sink")
    program = find("smtp-sink") or "smtp-sink"
    port = free_port()
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    sink = subprocess.Popen([program, *user, f"127.0.0.1:{port}", "1000"], stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port
    finally:
        sink.terminate()
        sink.wait()


def _wait_for(port: int) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise SystemExit("smtp-sink did not start.")


def inside(members: int, signs: bool) -> dict[str, float]:
    """In the site itself: a group of so many, one letter of 2 KB, queued and sent."""
    import resource

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    django.setup()
    from django.conf import settings
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from mail.delivery.post import send_on
    from mail.models import Delivery, SigningKey
    from mail.outbox.send import send_due

    SigningKey.objects.all().delete()
    if signs:
        from mail.management.commands.make_dkim_key import make_key

        SigningKey.objects.create(domain=settings.MAIL_DOMAIN, selector="bench", private_pem=make_key("rsa")[0])
    message = _site(members)
    Delivery.objects.all().delete()
    began = time.perf_counter()
    with CaptureQueriesContext(connection) as captured, transaction.atomic():
        send_on(message)
    queued = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu = time.process_time()
    began_sending = time.perf_counter()
    copies = send_due()
    return {
        "copies": copies,
        "queue_seconds": queued - began,
        "queries": len(captured),
        "send_seconds": time.perf_counter() - began_sending,
        "send_cpu": time.process_time() - cpu,
        "rows_sent": Delivery.objects.filter(state="sent").count(),
        "grown_mb": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024,
    }


def _site(members: int) -> "Message":
    from django.contrib.auth.hashers import make_password

    from accounts.models import User
    from common import bulk
    from groups.models import Group, Membership
    from tests.builders import make_message

    slug = f"bench-{members}"
    group = Group.objects.filter(slug=slug).first()
    if group is None:
        group = Group.objects.create(slug=slug, name="Bench", footer_text="Meet at the gate.", subject_tag="[bench]")
        password = make_password(None)
        users = [User(email=f"m{number}@d{number % 50}.example", password=password) for number in range(members)]
        User.objects.bulk_create(users, batch_size=1000)
        Membership.objects.bulk_create([Membership(group=group, user=user) for user in users], batch_size=1000)
        bulk.refresh_statistics(User, Membership)
    return make_message(group, body="Forty packets of seeds are left, and the gate is open on Saturday.\n" * 30)


def main() -> None:
    if "--inside" in sys.argv:
        print(json.dumps(inside(int(sys.argv[2]), "--sign" in sys.argv)))
        return
    for profile in ("embedded", "server") if os.environ.get("DATABASE_URL") else ("embedded",):
        with empty_site(profile) as site:
            for figure in measure_mail_out(site):
                print(f"{profile:<9} {ROWS[figure.key].label:<52} {figure.text}", flush=True)


if __name__ == "__main__":
    main()
