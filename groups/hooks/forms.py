"""The form of a webhook."""

from typing import Any

from django import forms

from groups.events import KNOWN
from groups.hooks.addresses import Refused, parts_of
from groups.hooks.models import Hook


class HookForm(forms.ModelForm):  # type: ignore[type-arg]
    events = forms.MultipleChoiceField(
        label="What it is told",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick one event at least."},
    )

    class Meta:
        model = Hook
        fields = ["url", "label", "events", "with_text"]
        labels = {"url": "Address", "label": "Name", "with_text": "Send the text of letters, too"}
        help_texts = {
            "url": "Where the other program listens: https://…",
            "label": "What it is for, if you like.",
            "with_text": "Otherwise it is told subject, author and files of a letter, not what it says.",
        }
        widgets = {
            "url": forms.TextInput(
                attrs={"inputmode": "url", "autocomplete": "off", "dir": "ltr", "spellcheck": "false"}
            ),
            "label": forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["events"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = sorted(KNOWN.items())
        self.fields["with_text"].required = False

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"]).strip()
        try:
            parts_of(url)
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from None
        return url
