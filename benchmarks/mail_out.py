"""One post to 10,000 members, every copy personal, to Postfix's smtp-sink: copies a second with every row kept.

`python -m benchmarks.mail_out` measures the profile the environment names, by itself.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.machine import manage, run
from scripts.services import find, free_port, require

if TYPE_CHECKING:
    from archive.models import Message

MEMBERS = 10_000
Row = tuple[str, str, str]


def measure(archive: Path, environment: dict[str, str]) -> Iterator[Row]:
    """On the site the environment names; `archive` is for other measurements."""
    manage("migrate", "--verbosity", "0", environment=environment)
    with smtp_sink() as port:
        site = {**environment, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port)}
        for signs in (False, True):
            figures = _send(site, signs)
            title = f"one post to {figures['copies']:,} members, every copy personal" + (", DKIM" if signs else "")
            wanted = "" if signs else "3,000/s"
            yield title, f"{figures['copies'] / figures['send_seconds']:,.0f} copies/s", wanted
            if not signs:
                yield from _details(figures)


def _details(figures: dict[str, float]) -> Iterator[Row]:
    copies = figures["copies"]
    yield "… queued", f"{figures['queue_seconds']:.2f} s, {figures['queries']:.0f} queries", ""
    yield "… CPU of the sender", f"{figures['send_cpu'] / copies * 1e6:.0f} µs a copy", ""
    yield "… rows of copies sent", f"{figures['rows_sent']:,.0f}", f"{copies:,}"
    yield "… memory of the sender", f"{figures['peak_mb']:.0f} MB at most, {figures['grown_mb']:+.1f} MB by sending", ""


def _send(environment: dict[str, str], signs: bool) -> dict[str, float]:
    words = ["--sign"] if signs else []
    ran = run([sys.executable, "-m", "benchmarks.mail_out", "--inside", str(MEMBERS), *words], environment)
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
    var = tempfile.mkdtemp(prefix="posthouse-bench-var-")
    try:
        for what, measured, wanted in measure(Path(), {"POSTHOUSE_VAR": var, "LOG_LEVEL": "WARNING"}):
            print(f"{what:<64} {measured:<44} {wanted}", flush=True)
    finally:
        shutil.rmtree(var, ignore_errors=True)


if __name__ == "__main__":
    main()
