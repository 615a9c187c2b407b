from archive.models import Archive, Thread
from tests.builders import make_message, make_thread, make_transfer


def test_letters_of_a_thread_are_counted_everywhere(group):
    make_thread(group, 5)
    archive = Archive.objects.get(group=group)
    thread = Thread.objects.get()
    assert (archive.message_count, archive.thread_count, archive.monthly) == (5, 1, {"2026-03": 5})
    assert (thread.number, thread.message_count, thread.last_number) == (1, 5, 5)


def test_letters_of_an_import_under_way_are_not_counted(group):
    make_message(group, transfer=make_transfer(group, staged=True))
    archive = Archive.objects.get(group=group)
    assert archive.message_count == 0
    assert not Thread.objects.visible(archive).exists()
