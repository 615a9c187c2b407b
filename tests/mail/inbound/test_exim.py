"""A real Exim in front of the real LMTP server, configured as docs/operations.md says; where there is one (Debian has one
mail server at a time)."""

import re
import shutil
import smtplib
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from mail.models import Inbound
from scripts.services import free_port

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

OPERATIONS = Path(__file__).resolve().parents[3] / "docs/operations.md"
USER = "Debian-exim"
MAIN = """\
primary_hostname = relay.example
exim_user = {user}
exim_group = {user}
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/pid
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
acl_smtp_rcpt = rcpt
tls_advertise_hosts =
keep_environment =
begin acl
rcpt:
  accept domains = posthouse.localhost
         verify = recipient/callout=30s,defer_ok
  deny
begin routers
{router}
begin transports
{transport}
"""


@pytest.fixture
def exim(server):
    program = shutil.which("exim4")
    if program is None:
        pytest.skip("no Exim on this machine")
    folder, port = Path(tempfile.mkdtemp(prefix="posthouse-exim-")), free_port()
    folder.chmod(0o755)
    for name in ("spool", "log"):
        (folder / name).mkdir()
        shutil.chown(folder / name, USER)
    (snippet,) = re.findall(r"### Exim\n.*?```\n(.*?)```", OPERATIONS.read_text(), re.DOTALL)
    snippet = snippet.replace("lists.example.org", "posthouse.localhost").replace("8024", server.rpartition(":")[2])
    router, transport = snippet.split("\n\n")
    config = folder / "exim.conf"
    config.write_text(MAIN.format(user=USER, folder=folder, port=port, router=router, transport=transport))
    process = subprocess.Popen([program, "-C", str(config), "-bdf"], stderr=subprocess.DEVNULL)
    try:
        # An Exim with a configuration of its own may not start itself anew for each letter: its queue is run by root.
        yield port, lambda: subprocess.run([program, "-C", str(config), "-qff"], check=True)
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def waited(what):
    deadline = time.monotonic() + 60
    while not (found := what()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
    return found


def connected(port):
    try:
        return smtplib.SMTP("127.0.0.1", port)
    except OSError:
        return None


def test_a_letter_by_exim_is_a_row_for_each_recipient_and_strangers_are_refused(exim, group):
    local_parts = ("gardeners", "gardeners+owner", "abuse", "florists")
    port, run_queue = exim
    with waited(lambda: connected(port)) as client:
        to = [f"{name}@posthouse.localhost" for name in local_parts]
        refused = client.sendmail("bob@example.org", to, b"Subject: Seeds\r\n\r\nForty packets.\r\n")
    assert list(refused) == ["florists@posthouse.localhost"]
    run_queue()
    waited(lambda: Inbound.objects.count() == 3)
    assert set(Inbound.objects.values_list("recipient", flat=True)) == set(to[:3])
