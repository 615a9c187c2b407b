"""Forms about a group itself: the calm pages of its settings."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from groups import languages
from groups.forms.cards import cards
from groups.forms.directory import DirectoryForm
from groups.forms.who import WhoForm
from groups.models import Group, OldTopics, Reminder

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST = 50_000
OLD_TOPICS = {
    OldTopics.OPEN: (_("Goes out"), _("Old topics are open like new ones.")),
    OldTopics.MODERATE: (_("Waits"), _("A moderator looks at answers to old topics first.")),
    OldTopics.LOCK: (_("Is sent back"), _("Old topics are locked; the author is asked to begin a new one.")),
}
REMINDER = {
    Reminder.OFF: (_("Never"), _("The guidelines stand on their page.")),
    Reminder.MONTHLY: (_("Once a month"), _("They are sent to all members, on one of the first days of each month.")),
}


class AboutForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a group says of itself."""

    language = forms.ChoiceField(required=False, label=_("Language"), help_text=_("The one most letters are in."))
    description = forms.CharField(
        required=False,
        max_length=LONGEST,
        label=_("Description"),
        help_text=_("What the group is for, and its history. Markdown works."),
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 8}),
    )

    class Meta:
        model = Group
        fields = ["name", "summary", "description", "language"]
        labels = {"name": _("Name"), "summary": _("One sentence about it")}
        help_texts = {"summary": _("Shown in the directory."), "name": _("As people call it.")}
        widgets = {
            "name": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
            "summary": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Not said")), *languages.choices()]
        kept = self.instance.language
        if kept and kept not in dict(languages.choices()):
            field.choices = [*field.choices, (kept, languages.local_name(kept))]


class TopicsForm(forms.ModelForm):  # type: ignore[type-arg]
    old_topics = cards(_("An answer to an old topic"), OLD_TOPICS, slider=True)

    class Meta:
        model = Group
        fields = ["old_topics", "old_topic_days", "answers_to_owners", "hashtags_in_subjects"]
        labels = {
            "hashtags_in_subjects": _("Hashtags in subjects tag the topic"),
            "old_topic_days": _("Days after which a topic is old"),
            "answers_to_owners": _("Answers to announcements go to the owners"),
        }
        help_texts = {
            "hashtags_in_subjects": _(
                "“#harvest” in a subject puts the topic among those about harvest. Moderators can tag topics, too."
            ),
            "old_topic_days": _("Counted from its latest letter."),
            "answers_to_owners": _(
                "Where only owners and moderators write: what a member answers is passed on to them, "
                "instead of coming back."
            ),
        }


class GuidelinesForm(forms.ModelForm):  # type: ignore[type-arg]
    reminder = cards(_("Remind members by mail"), REMINDER, slider=True)
    guidelines = forms.CharField(
        required=False,
        max_length=LONGEST,
        label=_("Guidelines"),
        help_text=_("What members expect of each other. Markdown works. Where this is empty there is no such page."),
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 14}),
    )

    class Meta:
        model = Group
        fields = ["guidelines", "reminder"]


@dataclass(frozen=True, slots=True)
class Part:
    """One page of the settings."""

    title: "StrOrPromise"
    sentence: "StrOrPromise"
    form: type[forms.ModelForm]  # type: ignore[type-arg]


PARTS = {
    "about": Part(_("About"), _("Name, one sentence, description, language."), AboutForm),
    "directory": Part(_("In the directory"), _("Categories, country, search engines."), DirectoryForm),
    "who": Part(_("Who may"), _("See the group, read, join, write, know the members, reach the owners."), WhoForm),
    "topics": Part(_("Topics"), _("Old topics, answers to announcements, hashtags."), TopicsForm),
    "guidelines": Part(
        _("Guidelines"), _("What members expect of each other, and a reminder by mail."), GuidelinesForm
    ),
}
