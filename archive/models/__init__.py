from archive.models.archive import Archive, Day
from archive.models.attachment import Attachment
from archive.models.author import Author
from archive.models.index import IndexJob
from archive.models.message import Content, Message, MessageQuerySet
from archive.models.reading import GroupMark, ThreadMark
from archive.models.thread import Ghost, Thread, ThreadQuerySet
from archive.models.transfer import Quarantined, Transfer, TransferState

__all__ = [
    "Archive",
    "Attachment",
    "Author",
    "Content",
    "Day",
    "Ghost",
    "GroupMark",
    "IndexJob",
    "Message",
    "MessageQuerySet",
    "Quarantined",
    "Thread",
    "ThreadMark",
    "ThreadQuerySet",
    "Transfer",
    "TransferState",
]
