"""What a group says about its people: what applicants are asked, who stands in its directory. Columns of Group."""

from django.db import models
from django.utils.translation import gettext_lazy as _

MOST_QUESTIONS = 5


class PeoplePolicy(models.Model):
    questions = models.JSONField(
        default=list, blank=True, help_text=_("What applicants are asked: up to five sentences.")
    )
    members_listed = models.BooleanField(
        default=True, help_text=_("Members see one another, where they have not said.")
    )
    addresses_listed = models.BooleanField(
        default=True, help_text=_("They see one another’s addresses, where they have not said.")
    )

    class Meta:
        abstract = True


class MemberNote(models.Model):
    """What moderators tell one another about somebody. The person never sees it."""

    group = models.ForeignKey("groups.Group", models.CASCADE, related_name="member_notes")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, blank=True, related_name="+")
    by_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    text = models.TextField(max_length=4000)

    class Meta:
        indexes = [models.Index(fields=["user", "group", "-id"], name="groups_membernote_of_person")]

    def __str__(self) -> str:
        return f"{self.by_name} about {self.user_id}: {self.text[:40]}"
