"""The log of a group: who did what, when, and why; for moderators to read and export, and for the history of a person."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from groups.models.group import Group


class Action(models.TextChoices):
    """What happened, as the log says it after the name of whoever did it."""

    GROUP_STARTED = "group.started", "started the group"
    SETTINGS_CHANGED = "group.settings", "changed the settings"
    SETTINGS_ROLLED_BACK = "group.rolled-back", "went back to earlier settings"
    NOTICE_CHANGED = "group.notice", "changed the words of a notice"
    RENAMED = "group.renamed", "gave the group another address"
    ALIAS_CHANGED = "group.alias", "changed the other addresses of the group"
    LOCKED = "group.locked", "locked the group"
    RETIRED = "group.retired", "retired the group"
    REOPENED = "group.reopened", "opened the group again"
    HOOK_CHANGED = "group.hook", "changed the webhooks"
    TAKEN_DOWN = "group.taken-down", "took the group down"
    PUT_BACK = "group.put-back", "put the group back"
    MEMBERS_EXPORTED = "group.members-exported", "exported the members"

    JOINED = "member.joined", "joined"
    LEFT = "member.left", "left"
    CAME_BACK = "member.came-back", "came back"
    ADDED = "member.added", "added a member"
    REMOVED = "member.removed", "removed a member"
    ROLE_CHANGED = "member.role", "changed a member’s role"
    RIGHTS_CHANGED = "member.rights", "changed what a moderator may do"
    POSTING_CHANGED = "member.posting", "changed whether a member’s letters wait"
    DELIVERY_CHANGED = "member.delivery", "changed how a member’s mail comes"
    ADDRESS_CHANGED = "member.address", "changed a member’s address"
    NOTED = "member.noted", "wrote a note about a member"
    INVITED = "member.invited", "invited somebody"
    INVITATION_CANCELLED = "member.invitation-cancelled", "took an invitation back"
    LINK_MADE = "member.link-made", "made a link to join by"
    LINK_ENDED = "member.link-ended", "ended a link to join by"
    MEMBERS_IMPORTED = "member.imported", "imported members from a file"
    IMPORT_UNDONE = "member.import-undone", "took an import of members back"
    BANNED = "member.banned", "banned an address"
    UNBANNED = "member.unbanned", "lifted a ban"

    REQUEST_ACCEPTED = "queue.request-accepted", "accepted a request to join"
    REQUEST_REFUSED = "queue.request-refused", "refused a request to join"
    LETTER_APPROVED = "queue.approved", "approved a letter"
    LETTER_EDITED = "queue.edited", "edited a letter before it went out"
    LETTER_REJECTED = "queue.rejected", "sent a letter back"
    LETTER_DISCARDED = "queue.discarded", "dropped a letter"
    EXPIRED = "queue.expired", "let something wait too long: it was closed"
    REPORTED = "queue.reported", "reported a letter"
    REPORT_SETTLED = "queue.report-settled", "decided about a report"
    RULE_CHANGED = "queue.rule", "changed the rules"

    TOPIC_CHANGED = "topic.changed", "changed a topic"
    TOPIC_RENAMED = "topic.renamed", "renamed a topic"
    TOPIC_MERGED = "topic.merged", "merged topics"
    TOPIC_SPLIT = "topic.split", "split a topic"
    TOPIC_MOVED = "topic.moved", "moved a topic"
    TOPIC_UNDONE = "topic.undone", "took a change of a topic back"
    LETTER_HIDDEN = "letter.hidden", "hid a letter"
    LETTER_SHOWN = "letter.shown", "showed a hidden letter again"
    LETTER_REDACTED = "letter.redacted", "blacked out a part of a letter"
    LETTER_CHANGED = "letter.changed", "edited a letter in the archive"
    LETTER_DESTROYED = "letter.destroyed", "destroyed a letter"

    POLL_OPENED = "poll.opened", "opened a poll"
    POLL_CHANGED = "poll.changed", "changed a poll"
    POLL_CLOSED = "poll.closed", "closed a poll"
    POLL_REOPENED = "poll.reopened", "opened a poll again"
    POLL_DELETED = "poll.deleted", "deleted a poll"
    POLL_RESTORED = "poll.restored", "brought a poll back"
    POLL_SETTINGS = "poll.settings", "changed who opens polls"


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
