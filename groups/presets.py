"""Kinds of groups people start, each with the settings that suit it. Everything can be changed afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from groups.models import (
    ArchiveAccess,
    Joining,
    MembersSeenBy,
    Moderation,
    OwnersHear,
    ReplyTo,
    Strangers,
    Visibility,
    WhoPosts,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Preset:
    title: "StrOrPromise"
    sentence: "StrOrPromise"
    who: Mapping[str, str]  # shown as rows, for people to change
    more: Mapping[str, Any]  # what follows from the kind


PRESETS = {
    "discussion": Preset(
        _("Discussion"),
        _("Members talk with each other, and everybody may read."),
        {
            "visibility": Visibility.PUBLIC,
            "archive_access": ArchiveAccess.PUBLIC,
            "joining": Joining.OPEN,
            "posting": WhoPosts.MEMBERS,
            "strangers": Strangers.HOLD,
            "members_seen_by": MembersSeenBy.MEMBERS,
            "owners_hear": OwnersHear.EVERYBODY,
        },
        {"moderation": Moderation.FIRST, "first_posts": 1, "reply_to": ReplyTo.GROUP},
    ),
    "announcements": Preset(
        _("Announcements"),
        _("A few write and many read; answers go to those who wrote."),
        {
            "visibility": Visibility.PUBLIC,
            "archive_access": ArchiveAccess.PUBLIC,
            "joining": Joining.OPEN,
            "posting": WhoPosts.MODERATORS,
            "strangers": Strangers.REJECT,
            "members_seen_by": MembersSeenBy.MODERATORS,
            "owners_hear": OwnersHear.EVERYBODY,
        },
        {"reply_to": ReplyTo.MODERATORS, "answers_to_owners": True},
    ),
    "family": Preset(
        _("Private family"),
        _("People who know each other; nobody else knows of it."),
        {
            "visibility": Visibility.PRIVATE,
            "archive_access": ArchiveAccess.MEMBERS,
            "joining": Joining.INVITATION,
            "posting": WhoPosts.MEMBERS,
            "strangers": Strangers.REJECT,
            "members_seen_by": MembersSeenBy.MEMBERS,
            "owners_hear": OwnersHear.MEMBERS,
        },
        {"reply_to": ReplyTo.GROUP},
    ),
    "support": Preset(
        _("Support"),
        _("Anybody may ask, also without joining; members answer."),
        {
            "visibility": Visibility.PUBLIC,
            "archive_access": ArchiveAccess.PUBLIC,
            "joining": Joining.OPEN,
            "posting": WhoPosts.MEMBERS,
            "strangers": Strangers.ACCEPT,
            "members_seen_by": MembersSeenBy.MODERATORS,
            "owners_hear": OwnersHear.EVERYBODY,
        },
        {"reply_to": ReplyTo.BOTH},
    ),
}
USUAL = "discussion"
