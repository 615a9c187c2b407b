"""The broker made of files: what a bell of a house without Redis is."""

import pytest
from kombu import Connection

from common.broker import Transport


@pytest.fixture
def broker(tmp_path):
    for name in ("queue", "control"):
        (tmp_path / name).mkdir()
    folders = {
        "data_folder_in": str(tmp_path / "queue"),
        "data_folder_out": str(tmp_path / "queue"),
        "control_folder": str(tmp_path / "control"),
    }
    with Connection("filesystem://", transport=Transport, transport_options=folders) as connection:
        yield connection


def test_a_bell_is_heard_once_and_leaves_nothing_behind(broker, tmp_path):
    queue = broker.SimpleQueue("celery")
    queue.put({"task": "send"})
    message = queue.get(timeout=5)
    message.ack()
    assert message.payload == {"task": "send"}
    with pytest.raises(queue.Empty):
        queue.get(timeout=0.1)
    assert list((tmp_path / "queue").iterdir()) == []


def test_of_a_bell_that_cannot_be_written_nothing_is_heard(broker, tmp_path):
    with pytest.raises(TypeError):
        broker.default_channel._put("celery", {"task": object()})
    assert list((tmp_path / "queue").iterdir()) == []
