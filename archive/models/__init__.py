from archive.models.archive import Archive, Day
from archive.models.attachment import Attachment
from archive.models.author import Author
from archive.models.chore import Chore, ChoreState
from archive.models.departure import Departure
from archive.models.hashtag import Hashtag, Tagging
from archive.models.index import IndexJob
from archive.models.message import Content, Message, MessageQuerySet
from archive.models.reading import GroupMark, ThreadMark
from archive.models.revision import Revision
from archive.models.thread import Ghost, Reach, Thread, ThreadQuerySet
from archive.models.topics import TopicChange, TopicPlace
from archive.models.transfer import Quarantined, Transfer, TransferState

__all__ = [
    "Archive",
    "Attachment",
    "Author",
    "Chore",
    "ChoreState",
    "Content",
    "Day",
    "Departure",
    "Ghost",
    "GroupMark",
    "Hashtag",
    "IndexJob",
    "Message",
    "MessageQuerySet",
    "Quarantined",
    "Reach",
    "Revision",
    "Tagging",
    "Thread",
    "ThreadMark",
    "ThreadQuerySet",
    "TopicChange",
    "TopicPlace",
    "Transfer",
    "TransferState",
]
