"""Uploads nobody came back to do not fill the disk; what somebody may still want stays."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from archive.actions.uploads import REPORTS_REST, UPLOADS_REST, forget_abandoned
from archive.importers import blobs
from archive.models import Transfer, TransferState
from tests.builders import make_transfer

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.UPLOAD_FOLDER, settings.BLOB_FOLDER = tmp_path / "uploads", tmp_path / "blobs"


def age(path: Path, old: timedelta) -> None:
    moment = time.time() - old.total_seconds()
    os.utime(path, (moment, moment))


def uploaded(group, settings, state, old):
    transfer = make_transfer(group, state=state)
    folder = settings.UPLOAD_FOLDER / str(transfer.pk)
    folder.mkdir(parents=True)
    file = folder / "000-list.mbox"
    file.write_bytes(b"x")
    for path in (file, folder):
        age(path, old)
    return transfer, folder


@pytest.mark.parametrize(
    ("state", "old", "stays", "becomes"),
    [
        ("uploading", UPLOADS_REST - DAY, True, "uploading"),
        ("uploading", UPLOADS_REST + DAY, False, "cancelled"),
        ("checked", REPORTS_REST - DAY, True, "checked"),
        ("checked", REPORTS_REST + DAY, False, "cancelled"),
        ("failed", REPORTS_REST - DAY, True, "failed"),
        ("failed", REPORTS_REST + DAY, False, "failed"),
        ("reading", REPORTS_REST + DAY, True, "reading"),
        ("waiting", REPORTS_REST + DAY, True, "waiting"),
        ("done", timedelta(0), False, "done"),
    ],
)
def test_how_long_files_rest(group, settings, state, old, stays, becomes):
    transfer, folder = uploaded(group, settings, state, old)
    forget_abandoned()
    assert folder.exists() is stays
    assert Transfer.objects.get(pk=transfer.pk).state == becomes


def test_a_fresh_piece_keeps_an_old_upload(group, settings):
    _, folder = uploaded(group, settings, TransferState.UPLOADING, UPLOADS_REST + DAY)
    (folder / "001-more.mbox").touch()
    forget_abandoned()
    assert folder.exists()


def test_files_whose_group_is_gone_go_and_what_is_not_ours_stays(settings):
    (settings.UPLOAD_FOLDER / "12345").mkdir(parents=True)
    (settings.UPLOAD_FOLDER / "lost+found").mkdir()
    for path in settings.UPLOAD_FOLDER.iterdir():
        age(path, UPLOADS_REST + DAY)
    assert forget_abandoned() == 1
    assert [path.name for path in settings.UPLOAD_FOLDER.iterdir()] == ["lost+found"]


def test_an_upload_that_never_began_is_cancelled(group):
    announced = make_transfer(group, state=TransferState.UPLOADING, created_at=timezone.now() - UPLOADS_REST - DAY)
    assert forget_abandoned() == 1
    assert Transfer.objects.get(pk=announced.pk).state == TransferState.CANCELLED


def test_copies_of_attachments_that_were_never_finished_go(settings):
    settings.BLOB_FOLDER.mkdir()
    for name, old in [("incoming-old", 2 * DAY), ("incoming-new", timedelta(0)), ("ab", 2 * DAY)]:
        (settings.BLOB_FOLDER / name).touch()
        age(settings.BLOB_FOLDER / name, old)
    assert blobs.forget_unfinished() == 1
    assert sorted(path.name for path in settings.BLOB_FOLDER.iterdir()) == ["ab", "incoming-new"]
