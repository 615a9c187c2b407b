"""Forms about a group itself: the calm pages of its settings."""

from dataclasses import dataclass
from typing import Any

from django import forms

from groups import languages
from groups.forms.cards import cards
from groups.forms.directory import DirectoryForm
from groups.forms.who import WhoForm
from groups.models import Group, OldTopics, Reminder

LONGEST = 50_000
OLD_TOPICS = {
    OldTopics.OPEN: ("Goes out", "Old topics are open like new ones."),
    OldTopics.MODERATE: ("Waits", "A moderator looks at answers to old topics first."),
    OldTopics.LOCK: ("Is sent back", "Old topics are locked; the author is asked to begin a new one."),
}
REMINDER = {
    Reminder.OFF: ("Never", "The guidelines stand on their page."),
    Reminder.MONTHLY: ("Once a month", "They are sent to all members, on one of the first days of each month."),
}


class AboutForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a group says of itself."""

    language = forms.ChoiceField(required=False, help_text="The one most letters are in.")
    description = forms.CharField(
        required=False,
        max_length=LONGEST,
        help_text="What the group is for, and its history. Markdown works.",
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 8}),
    )

    class Meta:
        model = Group
        fields = ["name", "summary", "description", "language"]
        labels = {"summary": "One sentence about it"}
        help_texts = {"summary": "Shown in the directory.", "name": "As people call it."}
        widgets = {
            "name": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
            "summary": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Not said"), *languages.choices()]
        kept = self.instance.language
        if kept and kept not in dict(languages.choices()):
            field.choices = [*field.choices, (kept, languages.local_name(kept))]


class TopicsForm(forms.ModelForm):  # type: ignore[type-arg]
    old_topics = cards("An answer to an old topic", OLD_TOPICS, slider=True)

    class Meta:
        model = Group
        fields = ["old_topics", "old_topic_days", "answers_to_owners", "hashtags_in_subjects"]
        labels = {
            "hashtags_in_subjects": "Hashtags in subjects tag the topic",
            "old_topic_days": "Days after which a topic is old",
            "answers_to_owners": "Answers to announcements go to the owners",
        }
        help_texts = {
            "hashtags_in_subjects": "“#harvest” in a subject puts the topic among those about harvest. Moderators can tag "
            "topics, too.",
            "old_topic_days": "Counted from its latest letter.",
            "answers_to_owners": "Where only owners and moderators write: what a member answers is passed on to them, "
            "instead of coming back.",
        }


class GuidelinesForm(forms.ModelForm):  # type: ignore[type-arg]
    reminder = cards("Remind members by mail", REMINDER, slider=True)
    guidelines = forms.CharField(
        required=False,
        max_length=LONGEST,
        label="Guidelines",
        help_text="What members expect of each other. Markdown works. Where this is empty there is no such page.",
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 14}),
    )

    class Meta:
        model = Group
        fields = ["guidelines", "reminder"]


@dataclass(frozen=True, slots=True)
class Part:
    """One page of the settings."""

    title: str
    sentence: str
    form: type[forms.ModelForm]  # type: ignore[type-arg]


PARTS = {
    "about": Part("About", "Name, one sentence, description, language.", AboutForm),
    "directory": Part("In the directory", "Categories, country, search engines.", DirectoryForm),
    "who": Part("Who may", "See the group, read, join, write, know the members, reach the owners.", WhoForm),
    "topics": Part("Topics", "Old topics, answers to announcements, hashtags.", TopicsForm),
    "guidelines": Part("Guidelines", "What members expect of each other, and a reminder by mail.", GuidelinesForm),
}
