"""Doors are tested up to the row; what the pipeline makes of it has tests of its own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from common import doorbell
from tests.mail.doors import lmtp_server


@pytest.fixture(autouse=True)
def bells(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tasks that would have been woken."""
    rung: list[str] = []
    monkeypatch.setattr(doorbell, "_send", rung.append)
    return rung


@pytest.fixture(autouse=True)
def spool_folder(settings: Any, tmp_path: Path) -> Path:
    settings.MAIL_SPOOL = tmp_path / "spool"
    return tmp_path / "spool"


@pytest.fixture
def server(transactional_db: Any, group: Any) -> Iterator[str]:
    """The LMTP server of a site with one group, gardeners."""
    with lmtp_server() as where:
        yield where
