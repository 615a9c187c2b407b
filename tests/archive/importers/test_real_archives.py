"""Archives of real lists come in whole: every letter counted, none twice, threads and attachments of record where they belong."""

import json
import lzma
import tarfile
from email import message_from_bytes
from hashlib import sha256
from mailbox import mbox

import pytest

from archive.actions.transfers import plan_import
from archive.importers.pipeline import run_import
from archive.models import Attachment, Message, Quarantined, Thread, TransferState
from archive.parsing import leaf_content
from tests.archive.facts import wrong
from tests.builders import make_group
from tests.corpora import corpus
from tests.effort import ALL_THE_WAY

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(1200)]


def bring_in(group, path):
    transfer = plan_import(group=group, sources=[path])
    assert run_import(transfer)
    assert (transfer.state, transfer.error) == (TransferState.DONE, "")
    assert transfer.messages == transfer.imported + transfer.duplicates + transfer.quarantined
    assert transfer.imported == Message.objects.filter(transfer=transfer).count()
    assert transfer.quarantined == Quarantined.objects.filter(transfer=transfer).count()
    return transfer


def counted_by_python(path, folder):
    """How many messages the standard library finds, which splits at every line that begins with "From "."""
    if path.suffix == ".xz":
        plain = folder / "plain.mbox"
        with lzma.open(path) as packed, plain.open("wb") as out:
            while piece := packed.read(1 << 20):
                out.write(piece)
        path = plain
    return len(mbox(path))


LARGE = pytest.mark.skipif(not ALL_THE_WAY, reason="20,000 letters are read on the embedded profile")


@pytest.mark.parametrize("name", ["mozilla-announce.mbox", pytest.param("linux-mips-20k.mbox.xz", marks=LARGE)])
def test_every_letter_of_an_mbox_is_accounted_for_and_a_second_run_imports_none(name, tmp_path):
    path = corpus(name)
    group = make_group("list")
    first = bring_in(group, path)
    assert first.messages == counted_by_python(path, tmp_path)
    assert wrong("list") == []
    before = set(Message.objects.values_list("pk", "number", "thread_id", "parent_id"))
    again = bring_in(group, path)
    assert (again.messages, again.imported) == (first.messages, 0)
    assert set(Message.objects.values_list("pk", "number", "thread_id", "parent_id")) == before


@pytest.fixture(scope="module")
def junit(tmp_path_factory):
    folder = tmp_path_factory.mktemp("yahoo")
    with tarfile.open(corpus("yahoo-junit-4k.tar.xz")) as tree:
        tree.extractall(folder, filter="data")
    return folder / "junit"


def told_by_yahoo(junit):
    """{message number: topic}, from the archiver's own files."""
    pages = (json.loads(path.read_text("utf-8", "replace")) for path in (junit / "email").glob("*_raw.json"))
    return {page["msgId"]: page["topicId"] for page in pages}


def test_a_yahoo_group_comes_with_its_numbers_and_topics(junit):
    group = make_group("junit")
    bring_in(group, junit)
    assert wrong("junit") == []
    topics = told_by_yahoo(junit)
    letters = {letter.number: letter.thread_id for letter in Message.objects.filter(group=group)}
    assert set(letters) == set(topics)
    of_topic = {topic: letters[min(numbers)] for topic, numbers in _inverted(topics).items()}
    right = [number for number, thread in letters.items() if thread == of_topic[topics[number]]]
    assert len(right) >= 0.97 * len(letters)
    assert Thread.objects.filter(group=group).count() >= 0.97 * len(of_topic), "topics do not flow together"


def _inverted(topics):
    numbers = {}
    for number, topic in topics.items():
        numbers.setdefault(topic, []).append(number)
    return numbers


def test_attachments_of_record_of_a_yahoo_group_can_be_taken_out_whole(junit):
    group = make_group("junit")
    bring_in(group, junit)
    stored = Attachment.objects.filter(group=group).select_related("message__content")
    named = 0
    for letter in Message.objects.filter(group=group).select_related("content"):
        parts = message_from_bytes(letter.content.raw_bytes).walk()
        named += sum(bool(part.get_filename()) for part in parts)
    assert stored.exclude(filename="").count() >= named > 20
    for attachment in stored:
        part, content = leaf_content(attachment.message.content.raw_bytes, attachment.index)
        assert part.filename == attachment.filename
        assert (len(content), sha256(content).hexdigest()) == (attachment.size, attachment.sha256)
