"""Who may see, read, join, write, know the members, and reach the owners: one row for each question."""

from typing import Any

from django import forms

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
    Visibility.PUBLIC: ("Everybody", "It stands in the directory; anybody may come across it."),
    Visibility.UNLISTED: ("By its address", "It is not in the directory, but open to whoever knows the address."),
    Visibility.PRIVATE: ("Members", "Only members know that it exists."),
}
READERS = {
    ArchiveAccess.PUBLIC: ("Everybody", "Letters can be read, searched and found by anybody on the web."),
    ArchiveAccess.MEMBERS: ("Members", "Letters are for people who have joined the group."),
}
JOINING = {
    Joining.OPEN: ("Anybody", "Whoever confirms their address is a member."),
    Joining.APPROVAL: ("After a yes", "Each request waits until a moderator says yes."),
    Joining.INVITATION: ("Invited", "Nobody can ask: the group invites."),
}
POSTING = {
    WhoPosts.MEMBERS: ("Members", "A group for talking."),
    WhoPosts.MODERATORS: (
        "Who runs it",
        "Owners and moderators. For announcements; letters by others come back with a word why.",
    ),
}
STRANGERS = {
    Strangers.HOLD: ("Wait", "A moderator looks. Nothing is lost, and spam does not get through."),
    Strangers.REJECT: ("Are sent back", "The author is told that only members may write, and how to join."),
    Strangers.ACCEPT: ("Are accepted", "For addresses that everybody may write to. Spam filters still look."),
    Strangers.DISCARD: ("Are dropped", "The author is told nothing. Somebody with a second address will wonder."),
}
MEMBERS_SEEN = {
    MembersSeenBy.MEMBERS: ("Members", "Members see each other’s names and addresses in a list."),
    MembersSeenBy.MODERATORS: (
        "Who runs it",
        "Owners and moderators. Members see only who writes, not who else is there.",
    ),
}
OWNERS_HEAR = {
    OwnersHear.EVERYBODY: ("Everybody", "Letters to the +owner address are passed on, whoever sends them."),
    OwnersHear.MEMBERS: ("Members", "Letters by strangers to the +owner address come back."),
}


class WhoForm(forms.ModelForm):  # type: ignore[type-arg]
    visibility = cards("Who sees that the group exists", VISIBILITY, slider=True)
    archive_access = cards("Who reads the letters", READERS, slider=True)
    joining = cards("Who may join", JOINING, slider=True)
    posting = cards("Who writes to the group", POSTING, slider=True)
    strangers = cards("Letters by people who are not members", STRANGERS, slider=True)
    members_seen_by = cards("Who sees the list of members", MEMBERS_SEEN, slider=True)
    owners_hear = cards("Who may write to the owners", OWNERS_HEAR, slider=True)

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
                "archive_access", "The letters of a private group are for its members. Choose “Members” here."
            )
        return cleaned
