"""The log of a group: who did what, when, and why; for moderators to read and export, and for the history of a person."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups.models.group import Group


class Action(models.TextChoices):
    """What happened, as the log says it after the name of whoever did it."""

    GROUP_STARTED = "group.started", _("started the group")
    SETTINGS_CHANGED = "group.settings", _("changed the settings")
    SETTINGS_ROLLED_BACK = "group.rolled-back", _("went back to earlier settings")
    NOTICE_CHANGED = "group.notice", _("changed the words of a notice")
    RENAMED = "group.renamed", _("gave the group another address")
    ALIAS_CHANGED = "group.alias", _("changed the other addresses of the group")
    LOCKED = "group.locked", _("locked the group")
    RETIRED = "group.retired", _("retired the group")
    REOPENED = "group.reopened", _("opened the group again")
    HOOK_CHANGED = "group.hook", _("changed the webhooks")
    TAKEN_DOWN = "group.taken-down", _("took the group down")
    PUT_BACK = "group.put-back", _("put the group back")
    MEMBERS_EXPORTED = "group.members-exported", _("exported the members")

    JOINED = "member.joined", pgettext_lazy("a member", "joined")
    LEFT = "member.left", pgettext_lazy("a member", "left")
    CAME_BACK = "member.came-back", pgettext_lazy("a member", "came back")
    ADDED = "member.added", _("added a member")
    REMOVED = "member.removed", _("removed a member")
    ROLE_CHANGED = "member.role", _("changed a member’s role")
    RIGHTS_CHANGED = "member.rights", _("changed what a moderator may do")
    POSTING_CHANGED = "member.posting", _("changed whether a member’s letters wait")
    DELIVERY_CHANGED = "member.delivery", _("changed how a member’s mail comes")
    ADDRESS_CHANGED = "member.address", _("changed a member’s address")
    NOTED = "member.noted", _("wrote a note about a member")
    INVITED = "member.invited", _("invited somebody")
    INVITATION_CANCELLED = "member.invitation-cancelled", _("took an invitation back")
    LINK_MADE = "member.link-made", _("made a link to join by")
    LINK_ENDED = "member.link-ended", _("ended a link to join by")
    MEMBERS_IMPORTED = "member.imported", _("imported members from a file")
    IMPORT_UNDONE = "member.import-undone", _("took an import of members back")
    BANNED = "member.banned", _("banned an address")
    UNBANNED = "member.unbanned", _("lifted a ban")

    REQUEST_ACCEPTED = "queue.request-accepted", _("accepted a request to join")
    REQUEST_REFUSED = "queue.request-refused", _("refused a request to join")
    LETTER_APPROVED = "queue.approved", _("approved a letter")
    LETTER_EDITED = "queue.edited", _("edited a letter before it went out")
    LETTER_REJECTED = "queue.rejected", _("sent a letter back")
    LETTER_DISCARDED = "queue.discarded", _("dropped a letter")
    EXPIRED = "queue.expired", _("let something wait too long: it was closed")
    REPORTED = "queue.reported", _("reported a letter")
    REPORT_SETTLED = "queue.report-settled", _("decided about a report")
    RULE_CHANGED = "queue.rule", _("changed the rules")

    TOPIC_CHANGED = "topic.changed", _("changed a topic")
    TOPIC_RENAMED = "topic.renamed", _("renamed a topic")
    TOPIC_MERGED = "topic.merged", _("merged topics")
    TOPIC_SPLIT = "topic.split", _("split a topic")
    TOPIC_MOVED = "topic.moved", _("moved a topic")
    TOPIC_UNDONE = "topic.undone", _("took a change of a topic back")
    LETTER_HIDDEN = "letter.hidden", _("hid a letter")
    LETTER_SHOWN = "letter.shown", _("showed a hidden letter again")
    LETTER_REDACTED = "letter.redacted", _("blacked out a part of a letter")
    LETTER_CHANGED = "letter.changed", _("edited a letter in the archive")
    LETTER_DESTROYED = "letter.destroyed", _("destroyed a letter")

    POLL_OPENED = "poll.opened", _("opened a poll")
    POLL_CHANGED = "poll.changed", _("changed a poll")
    POLL_CLOSED = "poll.closed", _("closed a poll")
    POLL_REOPENED = "poll.reopened", _("opened a poll again")
    POLL_DELETED = "poll.deleted", _("deleted a poll")
    POLL_RESTORED = "poll.restored", _("brought a poll back")
    POLL_SETTINGS = "poll.settings", _("changed who opens polls")


class LogEntryQuerySet(models.QuerySet["LogEntry"]):
    def newest_first(self) -> Self:
        return self.order_by("-id")


class LogEntry(models.Model):
    """Written by `groups.actions.log.note` in the transaction of what it tells. Names are kept as they were."""

    group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, related_name="log", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    action = models.CharField(max_length=40, choices=Action)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    by_name = models.CharField(max_length=200, blank=True)  # empty: the house itself
    about = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    about_name = models.CharField(
        max_length=320, blank=True
    )  # a member, an address, a letter, a topic: as people see it
    url = models.CharField(max_length=300, blank=True)  # path of the page of what it is about, where there is one
    reason = models.CharField(max_length=2000, blank=True)
    details = models.JSONField(default=dict, blank=True)  # {"setting": [old, new], …}: shown as a difference

    objects = LogEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "log entries"
        indexes = [
            models.Index(fields=["group", "-id"], name="groups_log_of_group"),
            models.Index(fields=["group", "action", "-id"], name="groups_log_by_action"),
            models.Index(
                fields=["about", "group", "-id"], name="groups_log_of_person", condition=Q(about__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by_name or 'Posthouse'} {self.get_action_display()} {self.about_name}".strip()
