"""Forms about a group itself."""

from typing import Any

from django import forms
from django.utils.text import slugify

from groups import languages
from groups.models import ArchiveAccess, Group, Visibility
from groups.models.group import RESERVED_SLUGS

VISIBILITY_WORDS = {
    Visibility.PUBLIC: ("Listed", "Stands in the directory; anybody may come across it."),
    Visibility.UNLISTED: ("By its address", "Not in the directory, but open to whoever knows the address."),
    Visibility.PRIVATE: ("Private", "Only members know that it exists."),
}
ACCESS_WORDS = {
    ArchiveAccess.PUBLIC: ("Everybody reads", "Letters can be read, searched and found by anybody on the web."),
    ArchiveAccess.MEMBERS: ("Members read", "Letters are for people who have joined the group."),
}


def _cards(label: str, words: dict[Any, tuple[str, str]]) -> forms.ChoiceField:
    """A choice of which each option stands on a card with the sentence that explains it; the first is the usual one."""
    widget = forms.RadioSelect()
    widget.sentences = {str(value): sentence for value, (_, sentence) in words.items()}  # type: ignore[attr-defined]
    choices = [(value, title) for value, (title, _) in words.items()]
    return forms.ChoiceField(label=label, choices=choices, widget=widget, initial=choices[0][0])


class GroupSettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a group says of itself, and who may see what."""

    language = forms.ChoiceField(required=False, help_text="The one most letters are in.")
    visibility = _cards("Who may find it", VISIBILITY_WORDS)
    archive_access = _cards("Who may read the letters", ACCESS_WORDS)

    class Meta:
        model = Group
        fields = ["name", "summary", "description", "language", "visibility", "archive_access"]
        labels = {"summary": "One sentence about it"}
        help_texts = {
            "summary": "Shown in the directory.",
            "description": "What the group is for, its rules, its history. Markdown works.",
        }
        widgets = {
            "name": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
            "summary": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
            "description": forms.Textarea(attrs={"dir": "auto", "rows": 8}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "language" in self.fields:
            field = self.fields["language"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "Not said"), *languages.choices()]
            kept = self.instance.language
            if kept and kept not in dict(languages.choices()):
                field.choices = [*field.choices, (kept, languages.local_name(kept))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        private = cleaned.get("visibility") == Visibility.PRIVATE
        if private and cleaned.get("archive_access") == ArchiveAccess.PUBLIC:
            self.add_error(
                "archive_access", "The letters of a private group are for its members. Choose “Members read”."
            )
        return cleaned


class NewGroupForm(GroupSettingsForm):
    """The few things a group begins with; the rest has its place in the settings."""

    slug = forms.CharField(
        max_length=63,
        required=False,
        label="Short name",
        help_text="Stands in its address. Left empty, we make one from the name.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    field_order = ("name", "slug", "summary", "visibility", "archive_access")

    class Meta(GroupSettingsForm.Meta):
        fields = ["name", "slug", "summary", "visibility", "archive_access"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["language"]

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).strip().lower() or self._suggestion()
        if not slug:
            raise forms.ValidationError("We cannot make one from this name. Choose letters from a to z and digits.")
        if slug in RESERVED_SLUGS:
            raise forms.ValidationError("This name is needed for other things. Choose another.")
        if Group.objects.filter(slug=slug).exists():
            raise forms.ValidationError(f"There is a group “{slug}” already. Choose another short name.")
        return slug

    def _suggestion(self) -> str:
        """From the name; with a number where somebody has taken it."""
        base = slugify(self.cleaned_data.get("name", ""))[:55].strip("-_")
        if not base:
            return ""
        taken = set(Group.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | RESERVED_SLUGS
        return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)
