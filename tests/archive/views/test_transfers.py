"""Bringing archives in on the web: only owners may, whatever is sent is answered in words, and nothing is asked twice."""

import errno
import json
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
import zstandard
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from archive.actions import uploads
from archive.actions.uploads import MOST_FILES
from archive.models import Archive, Message, Quarantined, Transfer, TransferState
from archive.urls import bringing_in
from groups.models import ArchiveAccess, Membership, Role
from tests.archive.letters import letter, mbox
from tests.builders import make_group, make_message, make_transfer, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"
    settings.IMPORT_FOLDER = tmp_path / "import"
    settings.BLOB_FOLDER = tmp_path / "blobs"
    settings.SEARCH_INDEX_DIR = tmp_path / "index"


@pytest.fixture
def owner(signed_in, alice):
    return signed_in(alice)


@pytest.fixture
def working(django_capture_on_commit_callbacks):
    """Tasks are done as soon as they are asked for, as a worker would."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def item(group):
    return quarantined(group, letter(7))


def quarantined(group, raw, **fields):
    transfer = fields.pop("transfer", None) or make_transfer(group, messages=1, quarantined=1)
    return Quarantined.objects.create(
        group=group, transfer=transfer, position=12, number=1, reason="Odd.", raw=zstandard.compress(raw),
        raw_hash=sha256(raw).digest(), **fields,
    )  # fmt: skip


def at(name, group, *args):
    return reverse(name, args=[group.slug, *args])


def sentences(response):
    """What the next page says above its content."""
    return [str(message) for message in response.wsgi_request._messages]


# ---- who may


def addresses(group, transfer, item):
    for pattern in bringing_in:
        names = set(pattern.pattern.converters)
        pk = item.pk if pattern.name == "quarantined" else transfer.pk
        values = {"slug": group.slug, "pk": pk, "index": 0}
        yield pattern.name, reverse(pattern.name, kwargs={name: values[name] for name in names})


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("who", ["nobody", "charlie", "bob", "moderator"])
def test_nobody_but_an_owner_comes_in(who, method, group, item, signed_in, bob, charlie):
    moderator = make_user("Mo Derator")
    Membership.objects.create(group=group, user=moderator, role=Role.MODERATOR)
    people = {"charlie": charlie, "bob": bob, "moderator": moderator}
    client = signed_in(people[who]) if who in people else Client()
    before = list(Transfer.objects.values())
    for name, address in addresses(group, item.transfer, item):
        status = getattr(client, method)(address).status_code
        wrong_method = name in POST_ONLY if method == "get" else name in GET_ONLY
        assert (status == 405) if wrong_method else status in (302, 403), name
    assert list(Transfer.objects.values()) == before
    assert Quarantined.objects.get().state == "waiting"


GET_ONLY = {"import-detail", "quarantine"}
POST_ONLY = {"import-upload", "import-upload-piece", "import-uploaded", "import-start", "import-stop", "import-undo"}


def test_a_stranger_does_not_learn_that_a_private_group_is(private_group, client, signed_in, charlie):
    item = quarantined(private_group, letter(1))
    for browser in (client, signed_in(charlie)):
        for name, address in addresses(private_group, item.transfer, item):
            method = browser.get if name in GET_ONLY else browser.post
            assert method(address).status_code == 404, name


def test_owners_of_one_group_do_not_reach_the_imports_of_another(owner, group, bob):
    other = make_group("bakers", owner=bob)
    transfer, item = make_transfer(other), quarantined(other, letter(1))
    for name, _ in addresses(group, transfer, item):
        if name not in ("import", "import-upload", "quarantine"):
            pk = item.pk if name == "quarantined" else transfer.pk
            args = [pk, 0] if name == "import-upload-piece" else [pk]
            assert owner.post(f"{at(name, group, *args)}?offset=0").status_code in (404, 405), name


def test_looking_changes_nothing_and_posting_needs_the_token_of_a_form(group, item, alice):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(alice)
    before = list(Transfer.objects.values())
    for name, address in addresses(group, item.transfer, item):
        assert careful.get(address).status_code == (405 if name in POST_ONLY else 200), name
        if name not in GET_ONLY:
            assert careful.post(address).status_code == 403, name
    assert list(Transfer.objects.values()) == before


def test_pages_stay_out_of_every_cache(owner, group, item):
    for name, address in addresses(group, item.transfer, item):
        if name not in POST_ONLY:
            assert "no-store" in owner.get(address)["Cache-Control"], name


# ---- uploading in pieces


def announce(client, group, *files):
    body = json.dumps({"files": [{"name": name, "size": size} for name, size in files]})
    return client.post(at("import-upload", group), body, content_type="application/octet-stream")


def send(client, group, pk, offset, piece, index=0):
    address = f"{at('import-upload-piece', group, pk, index)}?offset={offset}"
    return client.post(address, piece, content_type="application/octet-stream")


def test_an_upload_in_pieces_goes_on_where_it_broke_off(owner, group, working):
    content = b"".join(b"From a@b.example Sat May  1 09:00:00 2004\n" + letter(number) + b"\n" for number in range(9))
    begun = announce(owner, group, ("list.mbox", len(content))).json()
    assert begun["received"] == [0]
    assert send(owner, group, begun["id"], 0, content[:700]).json() == {"received": 700}
    again = announce(owner, group, ("list.mbox", len(content))).json()
    assert again == {"id": begun["id"], "received": [700]}
    assert send(owner, group, begun["id"], 700, content[700:]).json() == {"received": len(content)}
    with working():
        assert owner.post(at("import-uploaded", group, begun["id"])).json() == {"ok": True}
    transfer = Transfer.objects.get()
    assert (transfer.state, transfer.report["messages"]) == (TransferState.CHECKED, 9)


@pytest.mark.parametrize("offset", [0, 2, 4, 99, -1])
def test_a_piece_that_does_not_fit_on_the_end_changes_nothing_and_the_answer_says_where_to_go_on(owner, group, offset):
    begun = announce(owner, group, ("list.mbox", 10)).json()
    send(owner, group, begun["id"], 0, b"abc")
    assert send(owner, group, begun["id"], offset, b"xyz").json() == {"received": 3}
    assert Path(Transfer.objects.get().sources[0]).read_bytes() == b"abc"


def test_more_than_was_announced_is_not_kept(owner, group):
    begun = announce(owner, group, ("list.mbox", 5)).json()
    assert send(owner, group, begun["id"], 0, b"abcdefghij").json() == {"received": 5}
    assert send(owner, group, begun["id"], 5, b"more").json() == {"received": 5}


@pytest.mark.parametrize("offset", ["", "x", "1.5", "9" * 5000])
def test_a_piece_without_a_place_is_refused(owner, group, offset):
    begun = announce(owner, group, ("list.mbox", 5)).json()
    answer = send(owner, group, begun["id"], offset, b"a")
    assert answer.status_code in (200, 400)
    assert answer.json() in ({"error": "Say at which byte the piece begins."}, {"received": 0})


BAD = [
    b"", b"[]", b"{}", b"null", b'{"files": 3}', b'{"files": "abc"}', b'{"files": [{}]}', b'{"files": [[1]]}',
    b'{"files": [{"name": "a", "size": "x"}]}', b'{"files": [{"name": "a", "size": -1}]}', b"\xff\xfe",
    b'{"files": [{"name": "a", "size": NaN}]}', b'{"files": [{"name": "a", "size": Infinity}]}', b"[" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("body", BAD, ids=range(len(BAD)))
def test_a_list_of_files_that_is_none_is_refused_in_words(owner, group, body):
    answer = owner.post(at("import-upload", group), body, content_type="application/octet-stream")
    assert (answer.status_code, answer.json()) == (400, {"error": "The list of files could not be read."})
    assert not Transfer.objects.exists()


def test_names_of_files_never_become_paths(owner, group, settings):
    names = [
        "../../etc/passwd",
        "..\\..\\boot.ini",
        "/abs/olute",
        "...",
        "",
        "\0nul",
        "\ud800",
        "ünïcödé.mbox",
        "a" * 500,
    ]
    begun = announce(owner, group, *((name, 1) for name in names)).json()
    transfer = Transfer.objects.get(pk=begun["id"])
    home = Path(settings.UPLOAD_FOLDER) / str(transfer.pk)
    assert all(Path(source).parent == home for source in transfer.sources)
    assert len({Path(source).name for source in transfer.sources}) == len(names)
    assert owner.get(at("import-detail", group, transfer.pk)).status_code == 200


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([], "Choose at least one file."),
        ([("a", 10**15)], "more than this site takes: 20 GB at most"),
        ([("a", 10**400)], "more than this site takes: 20 GB at most"),
        ([(str(number), 1) for number in range(MOST_FILES + 1)], "Those are 201 files"),
    ],
    ids=["none", "too much", "far too much", "too many"],
)
def test_too_little_or_too_much_is_refused_before_a_byte_is_sent(owner, group, files, words):
    answer = announce(owner, group, *files)
    assert answer.status_code == 409
    assert words in answer.json()["error"]


def test_where_the_disk_has_no_room_the_upload_is_not_begun(owner, group, monkeypatch):
    monkeypatch.setattr(uploads, "SPARE", 10**18)
    assert announce(owner, group, ("list.mbox", 5)).json() == {"error": uploads.NO_ROOM}


@pytest.mark.parametrize(
    ("error", "words"),
    [(OSError(errno.ENOSPC, "No space"), "not enough room"), (PermissionError(13, "denied"), "may not write")],
)
def test_a_disk_that_is_full_or_shut_is_said_in_words(owner, group, monkeypatch, error, words):
    begun = announce(owner, group, ("list.mbox", 5)).json()

    def fail(*_, **__):
        raise error

    monkeypatch.setattr(Path, "open", fail)
    answer = send(owner, group, begun["id"], 0, b"abc")
    assert answer.status_code == 409
    assert words in answer.json()["error"]


def test_a_piece_whose_sender_went_away_is_kept_as_far_as_it_came(group, alice):
    transfer = uploads.begin_upload(group=group, by=alice, files=[uploads.Announced("list.mbox", 100)])

    class Breaks(BytesIO):
        def read(self, size=-1):
            if self.tell():
                raise OSError("the browser went away")
            return super().read(4)

    assert uploads.append(transfer, 0, 0, Breaks(b"12345678")) == 4
    assert uploads.received(transfer) == [4]


def test_what_is_short_or_over_is_refused(owner, group):
    begun = announce(owner, group, ("a.mbox", 5), ("b.mbox", 5)).json()
    send(owner, group, begun["id"], 0, b"abcde")
    short = owner.post(at("import-uploaded", group, begun["id"]))
    assert (short.status_code, short.json()) == (409, {"error": "b.mbox is not complete: 0 of 5 bytes have come."})
    assert send(owner, group, begun["id"], 0, b"x", index=2).json() == {"error": "This upload is over."}
    assert owner.post(at("import-stop", group, begun["id"])).status_code == 302
    assert send(owner, group, begun["id"], 5, b"x").json() == {"error": "This upload is over."}
    assert owner.post(at("import-uploaded", group, begun["id"])).json() == {"error": "This upload is over."}


def test_an_empty_file_is_reported_not_lost(owner, group, working):
    begun = announce(owner, group, ("nothing.mbox", 0)).json()
    with working():
        owner.post(at("import-uploaded", group, begun["id"]))
    transfer = Transfer.objects.get()
    assert transfer.state == TransferState.FAILED
    assert "nothing.mbox” is empty" in transfer.error


def test_two_people_who_send_the_same_files_have_an_upload_each(owner, group, signed_in, bob):
    Membership.objects.filter(user=bob).update(role=Role.OWNER)
    first = announce(owner, group, ("list.mbox", 5)).json()
    assert announce(signed_in(bob), group, ("list.mbox", 5)).json()["id"] != first["id"]


# ---- the way without scripts, and the operator's folder


def test_a_plain_form_takes_several_files(owner, group, working, tmp_path):
    files = [SimpleUploadedFile(f"{n}.eml", letter(n)) for n in (1, 2)]
    with working():
        answer = owner.post(at("import", group), {"files": files})
    transfer = Transfer.objects.get()
    assert answer.url == at("import-detail", group, transfer.pk)
    assert (transfer.state, transfer.report["messages"], transfer.name) == (TransferState.CHECKED, 2, "1.eml, 2.eml")


def test_a_plain_form_without_a_file_says_so(owner, group):
    answer = owner.post(at("import", group), {})
    assert answer.url == at("import", group)
    assert sentences(answer) == ["Choose at least one file."]


def test_a_plain_form_with_too_much_leaves_nothing(owner, group, settings):
    settings.UPLOAD_LIMIT = 10
    answer = owner.post(at("import", group), {"files": SimpleUploadedFile("big.mbox", b"x" * 11)})
    assert "0 GB at most" in sentences(answer)[0]
    assert not Transfer.objects.exists()


def test_a_plain_form_on_a_full_disk_leaves_nothing(owner, group, settings, monkeypatch):
    def fail(*_):
        raise OSError(errno.ENOSPC, "No space")

    monkeypatch.setattr(uploads.shutil, "copyfileobj", fail)
    answer = owner.post(at("import", group), {"files": SimpleUploadedFile("list.mbox", letter(1))})
    assert sentences(answer) == [uploads.NO_ROOM]
    assert not Transfer.objects.exists()
    assert not any(Path(settings.UPLOAD_FOLDER).iterdir())


def test_files_of_the_import_folder_are_offered_and_stay_there(owner, group, working, settings):
    settings.IMPORT_FOLDER.mkdir()
    source = mbox(settings.IMPORT_FOLDER / "list.mbox", [letter(1), letter(2)])
    (settings.IMPORT_FOLDER / ".hidden").touch()
    page = owner.get(at("import", group)).content.decode()
    assert "list.mbox" in page
    assert ".hidden" not in page
    with working():
        owner.post(at("import", group), {"offered": ["list.mbox"]})
    transfer = Transfer.objects.get()
    with working():
        owner.post(at("import-start", group, transfer.pk))
    with working():
        owner.post(at("import-undo", group, transfer.pk))
    assert Transfer.objects.get().state == TransferState.UNDONE
    assert source.exists()


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "list.mbox/../../secret", "", "no such file", ".hidden"])
def test_only_names_from_the_list_are_taken(owner, group, settings, tmp_path, name):
    settings.IMPORT_FOLDER.mkdir()
    (settings.IMPORT_FOLDER / ".hidden").touch()
    (tmp_path / "secret").write_bytes(letter(1))
    answer = owner.post(at("import", group), {"offered": [name]})
    assert sentences(answer) == ["Choose files from the list; it may have changed meanwhile."]
    assert not Transfer.objects.exists()


# ---- check, import, undo


def upload(client, group, working, content=None, name="list.mbox"):
    content = content or b"".join(b"From a@b.example Sat May  1 09:00:00 2004\n" + letter(n) + b"\n" for n in (1, 2, 3))
    with working():
        client.post(at("import", group), {"files": SimpleUploadedFile(name, content)})
    return Transfer.objects.latest("pk")


def folder_of(transfer, settings):
    return Path(settings.UPLOAD_FOLDER) / str(transfer.pk)


def test_from_the_report_to_letters_and_back_and_the_files_go_when_they_are_in(owner, group, working, settings):
    transfer = upload(owner, group, working)
    page = owner.get(at("import-detail", group, transfer.pk)).content.decode()
    assert "Import 3 letters" in page
    assert "<svg" in page
    assert not Message.objects.exists()
    assert folder_of(transfer, settings).is_dir()
    with working():
        assert owner.post(at("import-start", group, transfer.pk)).url == at("import-detail", group, transfer.pk)
    transfer.refresh_from_db()
    assert (transfer.state, transfer.imported) == (TransferState.DONE, 3)
    assert not folder_of(transfer, settings).exists()
    assert "Undo this import" in owner.get(at("import-detail", group, transfer.pk)).content.decode()
    with working():
        owner.post(at("import-undo", group, transfer.pk))
    assert not Message.objects.exists()
    assert Transfer.objects.get().state == TransferState.UNDONE


def test_a_second_press_on_the_same_button_is_answered_in_words(owner, group, working):
    transfer = upload(owner, group, working)
    for name, words in [("import-start", "started or cancelled already"), ("import-undo", "cannot be undone now")]:
        with working():
            owner.post(at(name, group, transfer.pk))
        with working():
            assert words in sentences(owner.post(at(name, group, transfer.pk)))[-1]
    assert "over already" in sentences(owner.post(at("import-stop", group, transfer.pk)))[-1]


def test_what_is_not_to_be_imported_is_forgotten(owner, group, working, settings):
    transfer = upload(owner, group, working)
    owner.post(at("import-stop", group, transfer.pk))
    transfer.refresh_from_db()
    assert transfer.state == TransferState.CANCELLED
    assert not folder_of(transfer, settings).exists()


def test_a_file_that_is_no_mail_fails_with_a_sentence_is_kept_and_can_be_tried_again(owner, group, working, settings):
    transfer = upload(owner, group, working, b"\x89PNG\r\n\x1a\n" + bytes(99), "holiday.png")
    page = owner.get(at("import-detail", group, transfer.pk)).content.decode()
    assert "What can be read: mbox" in page
    assert "Try again" in page
    kept = Path(transfer.sources[0])
    assert kept.exists()
    kept.write_bytes(letter(1))
    with working():
        owner.post(at("import-start", group, transfer.pk))
    transfer.refresh_from_db()
    assert (transfer.state, transfer.report["messages"], transfer.error) == (TransferState.CHECKED, 1, "")


def test_an_import_that_an_error_stopped_goes_on_from_there(owner, group, working, settings, monkeypatch):
    from archive.importers import pipeline

    settings.IMPORT_BATCH = 2
    transfer = upload(owner, group, working)
    real, calls = pipeline.store_letters, []

    def full(*args, **kwargs):
        calls.append(args)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*args, **kwargs)

    monkeypatch.setattr(pipeline, "store_letters", full)
    with working():
        owner.post(at("import-start", group, transfer.pk))
    transfer.refresh_from_db()
    assert (transfer.state, transfer.imported) == (TransferState.FAILED, 2)
    assert "no room left on this machine’s disk" in transfer.error
    assert folder_of(transfer, settings).exists()
    with working():
        owner.post(at("import-start", group, transfer.pk))
    transfer.refresh_from_db()
    assert (transfer.state, transfer.imported, transfer.messages) == (TransferState.DONE, 3, 3)
    assert not folder_of(transfer, settings).exists()


def test_members_see_nothing_of_an_import_into_their_archive_before_it_is_done(owner, members_group, signed_in, bob):
    make_message(members_group, subject="Seen before")
    transfer = make_transfer(members_group, staged=True, messages=5, imported=1)
    staged = make_message(members_group, subject="Not yet", transfer=transfer)
    member = signed_in(bob)
    for path in ("", "topics/", "months/", "authors/", "feed/", f"message/{staged.number}/", "search/?q=yet"):
        page = member.get(f"/g/{members_group.slug}/{path}", follow=True).content.decode()
        assert "Not yet" not in page, path
    assert member.get(at("import-detail", members_group, transfer.pk)).status_code == 403
    page = owner.get(at("import-detail", members_group, transfer.pk)).content.decode()
    assert "Members see these letters when all of them are in." in page


def test_a_failed_import_into_a_closed_archive_is_staged_again_when_it_goes_on(group, tmp_path):
    from archive.actions.transfers import claim, finish, plan_import, try_again
    from archive.importers.pipeline import run_import
    from tests.archive.facts import wrong

    group = make_group("family", archive_access=ArchiveAccess.MEMBERS)
    transfer = plan_import(group=group, sources=[mbox(tmp_path / "a.mbox", [letter(n) for n in range(1, 6)])])
    run_import(transfer)
    Transfer.objects.update(state=TransferState.WAITING)
    transfer.refresh_from_db()
    assert claim(transfer)
    finish(transfer, TransferState.FAILED, error="Something.")
    try_again(transfer)
    assert claim(transfer)
    archive = Archive.objects.get(group=group)
    assert (archive.staging, archive.message_count, archive.thread_count) == ([transfer.pk], 0, 0)
    assert (archive.first_at, archive.monthly) == (None, {})
    assert wrong("family") == []
    finish(transfer, TransferState.DONE)
    assert Archive.objects.get(group=group).message_count == 5
    assert wrong("family") == []


# ---- what the pages show


def test_htmx_gets_the_part_that_changes_and_asks_only_while_something_does(owner, group):
    transfer = make_transfer(group, state=TransferState.READING, total_bytes=10, done_bytes=5, messages=3, seconds=1.5)
    address = at("import-detail", group, transfer.pk)
    part = owner.get(address, headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<div id="transfer" hx-get=')
    assert "50 % · 3 letters · 2 a second" in part
    Transfer.objects.update(state=TransferState.DONE)
    assert "hx-get" not in owner.get(address, headers={"HX-Request": "true"}).content.decode()


@pytest.mark.parametrize("state", TransferState.values)
def test_every_state_has_a_page(owner, group, state):
    transfer = make_transfer(
        group, state=state, report={"messages": 3, "new": 0, "years": {}} if state == "checked" else {}
    )
    page = owner.get(at("import-detail", group, transfer.pk)).content.decode()
    assert str(TransferState(state).label) in page
    assert page.count("btn main") <= 1


def test_names_of_files_are_text_not_html(owner, group):
    transfer = make_transfer(
        group, name="<script>alert(1)</script>.mbox", error="<b>bold</b>", state=TransferState.FAILED
    )
    for address in (at("import", group), at("import-detail", group, transfer.pk)):
        page = owner.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<b>bold" not in page


def test_lists_cost_the_same_however_long_they_are(owner, group, alice, django_assert_max_num_queries):
    for number in range(30):
        transfer = make_transfer(group, owner=alice)
        quarantined(group, letter(number), transfer=transfer)
    for name in ("import", "quarantine"):
        with django_assert_max_num_queries(7):  # with the count of what waits
            assert owner.get(at(name, group)).status_code == 200


# ---- quarantine


def decide(client, item, decision, **fields):
    return client.post(at("quarantined", item.group, item.pk), {"decision": decision, **fields})


def test_a_letter_left_as_it_came_is_released_to_the_byte(owner, group):
    raw = letter(1).replace(b"\n", b"\r\n") + b"\ra lone carriage return\n\n"
    item = quarantined(group, raw)
    shown = owner.get(at("quarantined", group, item.pk)).context["text"]
    as_sent = shown.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    answer = decide(owner, item, "release", raw=as_sent)
    assert sentences(answer) == ["The letter is in the archive now."]
    assert Message.objects.get().content.raw_bytes == raw
    item.transfer.refresh_from_db()
    assert (item.transfer.messages, item.transfer.imported, item.transfer.quarantined) == (1, 1, 0)


def test_a_mended_letter_is_what_is_kept(owner, item):
    decide(owner, item, "release", raw=item.raw_bytes.decode().replace("Seed swap", "Seeds").replace("\n", "\r\n"))
    assert Message.objects.get().subject == "Seeds"
    assert Message.objects.get().transfer == item.transfer
    item.refresh_from_db()
    assert item.state == "released"


def test_bytes_that_no_form_can_hold_are_shown_and_released_as_they_are(owner, group):
    raw = letter(1) + b"\xff\0\xfe"
    item = quarantined(group, raw)
    page = owner.get(at("quarantined", group, item.pk)).content.decode()
    assert "readonly" in page
    decide(owner, item, "release", raw="ignored")
    assert Message.objects.get().content.raw_bytes == raw


def test_a_dismissed_letter_stays_out_and_marked(owner, item):
    decide(owner, item, "dismiss")
    item.refresh_from_db()
    assert item.state == "dismissed"
    assert not Message.objects.exists()
    assert sentences(decide(owner, item, "release"))[-1:] == ["Somebody has decided about this letter already."]


@pytest.mark.parametrize(
    ("raw", "fields", "words"),
    [
        (b"", {}, "Not one byte of it could be read"),
        (b" \n\n", {}, "Not one byte of it could be read"),
        (b"From: x\n\ny\n", {"state": TransferState.READING}, "Its import is still under way"),
    ],
)
def test_what_cannot_be_released_is_said_in_words(owner, group, raw, fields, words):
    transfer = make_transfer(group, messages=1, quarantined=1, **fields)
    item = quarantined(group, raw, transfer=transfer)
    assert words in sentences(decide(owner, item, "release"))[0]
    item.refresh_from_db()
    assert item.state == "waiting"


def test_a_letter_our_code_still_fails_on_stays_with_the_reason(owner, item, monkeypatch):
    from archive import prepare

    def fail(*_):
        raise RuntimeError("boom")

    monkeypatch.setattr(prepare, "prepare", fail)
    assert "boom" in sentences(decide(owner, item, "release"))[0]


def test_a_letter_that_is_there_already_is_released_without_a_second_one(owner, group, item):
    decide(owner, item, "release")
    twin = Quarantined.objects.create(
        group=group, transfer=item.transfer, position=0, number=2, reason="Odd.", raw=item.raw, raw_hash=b"2" * 32
    )
    assert sentences(decide(owner, twin, "release"))[-1:] == ["That letter was in the archive already."]
    assert Message.objects.count() == 1


@pytest.mark.parametrize("before", ["", "x", "²", "-1", "9" * 30, "9" * 5000])
def test_the_list_of_quarantine_takes_any_question(owner, group, item, before):
    assert owner.get(f"{at('quarantine', group)}?before={before}").status_code == 200


def test_the_list_of_quarantine_has_pages(owner, group):
    transfer = make_transfer(group)
    for number in range(60):
        quarantined(group, letter(number), transfer=transfer)
    first = owner.get(at("quarantine", group)).content.decode()
    assert first.count("data-key-item") == 50
    older = first.partition('href="?before=')[2].partition('"')[0]
    assert owner.get(f"{at('quarantine', group)}?before={older}").content.decode().count("data-key-item") == 10


def test_what_waits_in_quarantine_stands_apart_from_what_was_decided(owner, group):
    transfer = make_transfer(group)
    for number, state in enumerate(Quarantined.State.values):
        quarantined(group, letter(number), transfer=transfer, state=state)
    waiting, decided = (owner.get(at("quarantine", group) + query).content.decode() for query in ("", "?of=decided"))
    assert waiting.count("data-key-item") == 1 and 'class="tag new"' in waiting
    assert decided.count("data-key-item") == 2 and "In the archive" in decided and "Left out" in decided
