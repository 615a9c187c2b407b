from groups.models.ban import Ban, BanKind
from groups.models.group import ArchiveAccess, Group, GroupQuerySet, Visibility
from groups.models.joining import JoinRequest, JoinState
from groups.models.membership import Delivery, DigestFormat, Membership, PastMember, Posting, Role
from groups.models.policy import AuthorPolicy, Joining, MailPolicy, Moderation, ReplyTo, Strangers, WhoPosts

__all__ = [
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
    "MailPolicy",
    "Membership",
    "Moderation",
    "PastMember",
    "Posting",
    "ReplyTo",
    "Role",
    "Strangers",
    "Visibility",
    "WhoPosts",
]
