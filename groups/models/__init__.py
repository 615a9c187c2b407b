from groups.models.alias import Alias
from groups.models.asked import Asked
from groups.models.ban import Ban, BanKind
from groups.models.batch import Batch, BatchState, Consent
from groups.models.group import ArchiveAccess, Group, GroupQuerySet, Visibility
from groups.models.invitation import Invitation, InvitationState, JoinLink
from groups.models.joining import JoinRequest, JoinState
from groups.models.log import Action, LogEntry
from groups.models.membership import (
    USUAL_RIGHTS,
    CameBy,
    Delivery,
    DigestFormat,
    Membership,
    ModeratorMail,
    PastMember,
    Posting,
    Right,
    Role,
    label_of,
)
from groups.models.notice import NoticeWords
from groups.models.people import MOST_QUESTIONS, MemberNote
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
from groups.models.words import MemberWord

__all__ = [
    "MOST_QUESTIONS",
    "USUAL_RIGHTS",
    "Action",
    "Alias",
    "Answer",
    "ArchiveAccess",
    "Asked",
    "AuthorPolicy",
    "Ban",
    "BanKind",
    "Batch",
    "BatchState",
    "CameBy",
    "Consent",
    "Delivery",
    "DigestFormat",
    "Group",
    "GroupQuerySet",
    "GroupState",
    "Invitation",
    "InvitationState",
    "JoinLink",
    "JoinRequest",
    "JoinState",
    "Joining",
    "LogEntry",
    "MailPolicy",
    "MemberNote",
    "MemberWord",
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
    "label_of",
]
