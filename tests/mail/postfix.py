"""A real Postfix for tests: a configuration and a queue of its own in a temporary folder, on free ports, gone afterwards.

    with postfix(lmtp="127.0.0.1:8024") as relay:
        relay.send("bob@example.org", ["gardeners@posthouse.localhost"], letter)

What is for `domain` goes to the LMTP server, everything else to `relayhost` (host:port; smtp-sink, say) or nowhere.
Postfix must be started by root; where that or Postfix itself is missing, the test is skipped and says so.
"""

import contextlib
import json
import os
import shutil
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from common.locks import file_lock
from scripts import services
from scripts.guard import Guard

PATIENCE = 60.0

MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup     unix  n - n 60 1 pickup
cleanup    unix  n - n - 0 cleanup
qmgr       unix  n - n 300 1 qmgr
rewrite    unix  - - n - - trivial-rewrite
bounce     unix  - - n - 0 bounce
defer      unix  - - n - 0 bounce
trace      unix  - - n - 0 bounce
verify     unix  - - n - 1 verify
flush      unix  n - n 1000? 0 flush
proxymap   unix  - - n - - proxymap
proxywrite unix  - - n - 1 proxymap
smtp       unix  - - n - - smtp
relay      unix  - - n - - smtp
showq      unix  n - n - - showq
error      unix  - - n - - error
retry      unix  - - n - - error
discard    unix  - - n - - discard
lmtp       unix  - - n - - lmtp
anvil      unix  - - n - 1 anvil
scache     unix  - - n - 1 scache
postlog    unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """A running one."""

    folder: Path
    port: int

    def send(self, sender: str, recipients: Sequence[str], content: bytes) -> dict[str, tuple[int, bytes]]:
        """By SMTP, as the world would; returns the recipients it refused."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=PATIENCE) as client:
            return client.sendmail(sender, list(recipients), content, mail_options=["BODY=8BITMIME"])

    @property
    def words(self) -> str:
        """Its log so far."""
        log = self.folder / "log"
        return log.read_text("utf-8", "replace") if log.exists() else ""

    def queue(self) -> list[dict]:
        """What it still has: `postqueue -j`."""
        said = subprocess.run(["postqueue", "-c", str(self.folder / "etc"), "-j"], capture_output=True, check=True)
        return [json.loads(line) for line in said.stdout.splitlines()]

    def flush(self) -> None:
        """Try everything that was deferred now."""
        subprocess.run(["postqueue", "-c", str(self.folder / "etc"), "-f"], check=True)

    def wait_until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, self.words[-3000:]
            time.sleep(0.05)


def skip_without_postfix() -> None:
    """Install it where that is allowed."""
    if os.geteuid() != 0:
        pytest.skip("only root can start a Postfix")
    try:
        with file_lock(Path(tempfile.gettempdir()) / "posthouse-apt.lock", timeout=600):
            services.require("postfix")
    except SystemExit as reason:
        pytest.skip(f"no Postfix: {reason}")


@contextlib.contextmanager
def postfix(
    *, lmtp: str = "", domain: str = "posthouse.localhost", relayhost: str = "", **main: str
) -> Iterator[Postfix]:
    """A running Postfix; further words are lines of its main.cf."""
    skip_without_postfix()
    folder, port = Path(tempfile.mkdtemp(prefix="posthouse-postfix-")), services.free_port()
    folder.chmod(0o755)  # its daemons run as the user postfix
    relay = Postfix(folder, port)
    try:
        _configure(relay, {**_main(folder, lmtp, domain, relayhost), **main})
        with Guard() as guard, _running(relay, guard):
            yield relay
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _main(folder: Path, lmtp: str, domain: str, relayhost: str) -> dict[str, str]:
    host, _, relay_port = relayhost.rpartition(":")
    return {
        "compatibility_level": "3.6",
        "queue_directory": str(folder / "queue"),
        "data_directory": str(folder / "data"),
        "maillog_file": str(folder / "log"),
        "maillog_file_prefixes": str(folder),
        "inet_interfaces": "127.0.0.1",
        "inet_protocols": "ipv4",
        "myhostname": "relay.example",
        "mydestination": "",
        "mynetworks": "127.0.0.0/8",
        "alias_maps": "",
        "local_recipient_maps": "",
        "local_transport": "error:nobody lives here",
        "default_transport": "smtp" if relayhost else "error:there is no way out",
        "relayhost": f"[{host}]:{relay_port}" if relayhost else "",
        "virtual_mailbox_domains": domain,
        "virtual_transport": f"lmtp:inet:{lmtp}" if lmtp else "error:nobody takes it",
        "recipient_delimiter": "+",
        "lmtp_send_xforward_command": "yes",
        "lmtp_connect_timeout": "5s",  # a server that went while it was called is called again, within our patience
        "lmtp_lhlo_timeout": "5s",
        "smtp_dns_support_level": "disabled",
        "smtp_host_lookup": "native",
        "smtpd_peername_lookup": "no",
        "smtpd_relay_restrictions": "permit_mynetworks, reject_unauth_destination",
        "smtpd_authorized_xforward_hosts": "127.0.0.0/8",
        "message_size_limit": "41943040",
        "mailbox_size_limit": "0",
        "in_flow_delay": "0",
        "queue_run_delay": "2s",
        "minimal_backoff_time": "2s",
        "maximal_backoff_time": "4s",
    }


def _configure(relay: Postfix, main: dict[str, str]) -> None:
    for name in ("etc", "queue", "data"):
        (relay.folder / name).mkdir()
    shutil.chown(relay.folder / "data", "postfix")
    lines = [f"{name} = {value}\n" for name, value in main.items()]
    (relay.folder / "etc/main.cf").write_text("".join(lines))
    (relay.folder / "etc/master.cf").write_text(MASTER.format(port=relay.port))


@contextlib.contextmanager
def _running(relay: Postfix, guard: Guard) -> Iterator[None]:
    command = ["postfix", "-c", str(relay.folder / "etc"), "start-fg"]
    with (relay.folder / "said").open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, start_new_session=True, cwd="/")
    guard.watch(process.pid)
    try:
        relay.wait_until(lambda: _answers(relay) or process.poll() is not None)
        assert process.poll() is None, (relay.folder / "said").read_text() + relay.words
        yield
    finally:
        # Its master has a session of its own: ending the one that started it would leave it behind.
        subprocess.run([*command[:-1], "abort"], capture_output=True, timeout=PATIENCE)
        process.terminate()
        process.wait(PATIENCE)
        guard.forget(process.pid)


def _answers(relay: Postfix) -> bool:
    with contextlib.suppress(OSError, smtplib.SMTPException), smtplib.SMTP("127.0.0.1", relay.port, timeout=5):
        return True
    return False
