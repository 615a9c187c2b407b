"""Who may see, read, join, write, know the members, and reach the owners: one row for each question."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from groups.forms.cards import cards
from groups.models import (
    ArchiveAccess,
    Group,
    Joining,
    MembersSeenBy,
    OwnersHear,
    Strangers,
    Visibility,
    WhoPosts,
)

VISIBILITY = {
    Visibility.PUBLIC: (_("Everybody"), _("It stands in the directory; anybody may come across it.")),
    Visibility.UNLISTED: (_("By its address"), _("It is not in the directory, but open to whoever knows the address.")),
    Visibility.PRIVATE: (_("Members"), _("Only members know that it exists.")),
}
READERS = {
    ArchiveAccess.PUBLIC: (_("Everybody"), _("Letters can be read, searched and found by anybody on the web.")),
    ArchiveAccess.MEMBERS: (_("Members"), _("Letters are for people who have joined the group.")),
}
JOINING = {
    Joining.OPEN: (_("Anybody"), _("Whoever confirms their address is a member.")),
    Joining.APPROVAL: (_("After a yes"), _("Each request waits until a moderator says yes.")),
    Joining.INVITATION: (_("Invited"), _("Nobody can ask: the group invites.")),
}
POSTING = {
    WhoPosts.MEMBERS: (_("Members"), _("A group for talking.")),
    WhoPosts.MODERATORS: (
        _("Who runs it"),
        _("Owners and moderators. For announcements; letters by others come back with a word why."),
    ),
}
STRANGERS = {
    Strangers.HOLD: (_("Wait"), _("A moderator looks. Nothing is lost, and spam does not get through.")),
    Strangers.REJECT: (_("Are sent back"), _("The author is told that only members may write, and how to join.")),
    Strangers.ACCEPT: (_("Are accepted"), _("For addresses that everybody may write to. Spam filters still look.")),
    Strangers.DISCARD: (_("Are dropped"), _("The author is told nothing. Somebody with a second address will wonder.")),
}
MEMBERS_SEEN = {
    MembersSeenBy.MEMBERS: (_("Members"), _("Members see each other’s names and addresses in a list.")),
    MembersSeenBy.MODERATORS: (
        _("Who runs it"),
        _("Owners and moderators. Members see only who writes, not who else is there."),
    ),
}
OWNERS_HEAR = {
    OwnersHear.EVERYBODY: (_("Everybody"), _("Letters to the +owner address are passed on, whoever sends them.")),
    OwnersHear.MEMBERS: (_("Members"), _("Letters by strangers to the +owner address come back.")),
}


class WhoForm(forms.ModelForm):  # type: ignore[type-arg]
    visibility = cards(_("Who sees that the group exists"), VISIBILITY, slider=True)
    archive_access = cards(_("Who reads the letters"), READERS, slider=True)
    joining = cards(_("Who may join"), JOINING, slider=True)
    posting = cards(_("Who writes to the group"), POSTING, slider=True)
    strangers = cards(_("Letters by people who are not members"), STRANGERS, slider=True)
    members_seen_by = cards(_("Who sees the list of members"), MEMBERS_SEEN, slider=True)
    owners_hear = cards(_("Who may write to the owners"), OWNERS_HEAR, slider=True)

    class Meta:
        model = Group
        fields = [
            "visibility", "archive_access", "joining", "posting", "strangers", "members_seen_by", "owners_hear",
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        private = cleaned.get("visibility") == Visibility.PRIVATE
        if private and cleaned.get("archive_access") == ArchiveAccess.PUBLIC:
            self.add_error(
                "archive_access", _("The letters of a private group are for its members. Choose “Members” here.")
            )
        return cleaned
