from groups.models.ban import Ban, BanKind
from groups.models.group import ArchiveAccess, Group, GroupQuerySet, Visibility
from groups.models.joining import JoinRequest, JoinState
from groups.models.log import Action, LogEntry
from groups.models.membership import (
    USUAL_RIGHTS,
    Delivery,
    DigestFormat,
    Membership,
    PastMember,
    Posting,
    Right,
    Role,
)
from groups.models.policy import AuthorPolicy, Joining, MailPolicy, Moderation, ReplyTo, Strangers, WhoPosts

__all__ = [
    "USUAL_RIGHTS",
    "Action",
    "ArchiveAccess",
    "AuthorPolicy",
    "Ban",
    "BanKind",
    "Delivery",
    "DigestFormat",
    "Group",
    "GroupQuerySet",
    "JoinRequest",
    "JoinState",
    "Joining",
    "LogEntry",
    "MailPolicy",
    "Membership",
    "Moderation",
    "PastMember",
    "Posting",
    "ReplyTo",
    "Right",
    "Role",
    "Strangers",
    "Visibility",
    "WhoPosts",
]
