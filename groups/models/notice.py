"""Words of a group's own for the mails that the house sends in its name."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from groups.models.group import Group


class NoticeWords(models.Model):
    """One variant of one notice. Where none of them is the usual one, the house's words are."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="notice_words", db_index=False)
    notice = models.CharField(max_length=40)  # a name of groups.notices.kinds.KINDS
    label = models.CharField(max_length=60)  # what moderators choose it by
    subject = models.CharField(max_length=200)
    body = models.TextField()
    is_usual = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "words of notices"
        constraints = [
            models.UniqueConstraint(fields=["group", "notice", "label"], name="groups_notice_label_once"),
            models.UniqueConstraint(
                fields=["group", "notice"], name="groups_notice_one_usual", condition=Q(is_usual=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice}: {self.label}"
