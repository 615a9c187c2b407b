"""The form of a webhook."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups.events import KNOWN
from groups.hooks.addresses import Refused, parts_of
from groups.hooks.models import Hook


class HookForm(forms.ModelForm):  # type: ignore[type-arg]
    events = forms.MultipleChoiceField(
        label=_("What it is told"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick one event at least.")},
    )

    class Meta:
        model = Hook
        fields = ["url", "label", "events", "with_text"]
        labels = {
            "url": pgettext_lazy("webhook", "Address"),
            "label": _("Name"),
            "with_text": _("Send the text of letters, too"),
        }
        help_texts = {
            "url": _("Where the other program listens: https://…"),
            "label": _("What it is for, if you like."),
            "with_text": _("Otherwise it is told subject, author and files of a letter, not what it says."),
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
