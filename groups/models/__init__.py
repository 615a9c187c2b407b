from groups.models.alias import Alias
from groups.models.ban import Ban, BanKind
from groups.models.group import ArchiveAccess, Group, GroupQuerySet, Visibility
from groups.models.joining import JoinRequest, JoinState
from groups.models.log import Action, LogEntry
from groups.models.membership import (
    USUAL_RIGHTS,
    Delivery,
    DigestFormat,
    Membership,
    ModeratorMail,
    PastMember,
    Posting,
    Right,
    Role,
)
from groups.models.notice import NoticeWords
from groups.models.policy import (
    AuthorPolicy,
    Joining,
    MailPolicy,
    Moderation,
    ReplyTo,
    Strangers,
    WaitEnd,
    WhoPosts,
)
from groups.models.shaping import GroupState, MembersSeenBy, OldTopics, OwnersHear, Reminder
from groups.models.waiting import Answer, Waiting, WaitingNote, WaitingState

__all__ = [
    "USUAL_RIGHTS",
    "Action",
    "Alias",
    "Answer",
    "ArchiveAccess",
    "AuthorPolicy",
    "Ban",
    "BanKind",
    "Delivery",
    "DigestFormat",
    "Group",
    "GroupQuerySet",
    "GroupState",
    "JoinRequest",
    "JoinState",
    "Joining",
    "LogEntry",
    "MailPolicy",
    "MembersSeenBy",
    "Membership",
    "Moderation",
    "ModeratorMail",
    "NoticeWords",
    "OldTopics",
    "OwnersHear",
    "PastMember",
    "Posting",
    "Reminder",
    "ReplyTo",
    "Right",
    "Role",
    "Strangers",
    "Visibility",
    "WaitEnd",
    "Waiting",
    "WaitingNote",
    "WaitingState",
    "WhoPosts",
]
