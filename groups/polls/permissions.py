"""Who may do what with polls: pure, from the poll, its group, and the person's standing. docs/permissions.md lists the same."""

from datetime import datetime

from django.utils.translation import gettext as _

from groups.models import Group, GroupState, Membership, Moderation, Posting, Right, Role, WhoPosts
from groups.permissions import Standing
from groups.polls.models import Poll, PollState, ResultsSeen, WhoMakes, WhoVotes


def may_make(group: Group, standing: Standing, makers: str) -> bool:
    if group.state != GroupState.OPEN:
        return False
    return standing.may(Right.POLLS) or (makers == WhoMakes.MEMBERS and standing.is_member)


def may_announce(group: Group, member: Membership | None) -> bool:
    """Whether a letter of theirs would go out at once: a poll must be no way past the moderators."""
    if member is None or group.emergency or member.posting in (Posting.REFUSED, Posting.MODERATED):
        return False
    if member.role != Role.MEMBER:
        return True
    if group.posting == WhoPosts.MODERATORS:
        return False
    if member.posting == Posting.TRUSTED or group.moderation == Moderation.NONE:
        return True
    return group.moderation == Moderation.FIRST and member.approved_posts >= group.first_posts


def may_run(poll: Poll, standing: Standing, user_id: int | None) -> bool:
    """Edit, close, open again, delete: its maker, while a member, and moderators with the right."""
    return standing.may(Right.POLLS) or (
        user_id is not None and poll.made_by_id == user_id and standing.role is not None
    )


def why_not_vote(poll: Poll, group: Group, standing: Standing, joined_at: datetime | None, *, is_banned: bool) -> str:
    """A sentence for somebody who is signed in; "" where they may."""
    if poll.state != PollState.OPEN or not poll.is_open:
        return _("The poll is closed.")
    if group.state != GroupState.OPEN:
        return _("The group is not open for the moment, so nobody votes in it.")
    if is_banned:
        return _("You are banned from this group, so your vote would not count.")
    return _not_among_the_voters(poll, group, standing, joined_at)


def _not_among_the_voters(poll: Poll, group: Group, standing: Standing, joined_at: datetime | None) -> str:
    if poll.voters == WhoVotes.READERS and group.archive_is_public:
        return ""
    if standing.role is None:
        return _("Only members of the group vote here.")
    if poll.voters == WhoVotes.MODERATORS and not standing.is_moderator:
        return _("Only owners and moderators vote here.")
    if poll.voters == WhoVotes.EARLIER and (joined_at is None or joined_at > poll.opened_at):
        return _("Only those vote here who were members when the poll opened.")
    return ""


def sees_results(poll: Poll, *, runs: bool, has_voted: bool) -> bool:
    """`runs`: may_run. Figures of an anonymous poll are for nobody while it is open: changing, they would tell who voted what."""
    if poll.anonymous and poll.state == PollState.OPEN:
        return False
    if poll.results == ResultsSeen.RUNNERS:
        return runs
    if poll.state == PollState.CLOSED or poll.results == ResultsSeen.ALWAYS:
        return True
    return poll.results == ResultsSeen.VOTED and has_voted
