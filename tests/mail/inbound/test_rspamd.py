"""A real rspamd, where it is installed (Debian: apt-get install rspamd): it is asked over the network, and its word counts."""

import http.client
import shutil
import subprocess
import time

import pytest

from mail.inbound import pipeline, spam
from mail.models import Inbound
from scripts.services import free_port
from tests.mail.letters import arrived, raw

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"  # what every filter calls spam
CONFIGURATION = """\
options {{
    pidfile = "{folder}/pid"; tempdir = "{folder}"; control_socket = "{folder}/control"; task_timeout = 2s;
    url_tld = "{folder}/tld"; disable_hyperscan = true;  # compiling all of the world's takes half a minute
    dns {{ nameserver = ["127.0.0.1:{nowhere}"]; timeout = 0.1s; retransmits = 1; }}
}}
logging {{ type = "file"; filename = "{folder}/log"; level = "info"; }}
worker "normal" {{ bind_socket = "127.0.0.1:{port}"; count = 1; }}
actions {{ reject = 15; add_header = 6; }}
"""


@pytest.fixture(scope="module")
def rspamd(tmp_path_factory):
    program = shutil.which("rspamd")
    if program is None:
        pytest.skip("no rspamd on this machine")
    folder, port = tmp_path_factory.mktemp("rspamd"), free_port()
    (folder / "tld").write_text("org\nexample\n")
    file = folder / "rspamd.conf"
    file.write_text(CONFIGURATION.format(folder=folder, port=port, nowhere=free_port()))
    command = [program, "--no-fork", "--insecure", "--config", str(file), "--var", f"DBDIR={folder}"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, running, folder)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(30)


def _wait_for(port, running, folder):
    for _ in range(900):
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            asked.request("GET", "/ping")
            if asked.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            asked.close()
        if running.poll() is not None:
            break
    log = folder / "log"
    pytest.fail(f"rspamd does not start: {log.read_text()[-2000:] if log.exists() else 'no log'}")


def test_it_tells_spam_from_letters(rspamd):
    envelope = spam.Envelope("bob@example.org", "gardeners@posthouse.localhost", "192.0.2.1", "mail.example.org")
    assert spam.ask(raw(), envelope, rspamd_url=rspamd) < 5
    assert spam.ask(raw(body=GTUBE), envelope, rspamd_url=rspamd) >= 15


def test_what_it_calls_spam_is_dropped_and_a_members_letter_is_archived(rspamd, group, settings):
    settings.SPAM_RSPAMD_URL = rspamd
    (
        arrived(group, raw(message_id="<good@example.org>")),
        arrived(group, raw(message_id="<bad@example.org>", body=GTUBE)),
    )
    pipeline.process_waiting()
    assert list(Inbound.objects.order_by("pk").values_list("state", "rule")) == [
        ("archived", "accept"),
        ("discarded", "spam"),
    ]
