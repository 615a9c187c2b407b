"""The form in which a notice is worded."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from groups.models import NoticeWords
from groups.notices.kinds import Kind
from groups.notices.words import problems_in

LONGEST = 20_000


class NoticeForm(forms.ModelForm):  # type: ignore[type-arg]
    body = forms.CharField(
        max_length=LONGEST,
        label=_("Words"),
        help_text=_("Plain text; Markdown shapes the HTML part."),
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 14}),
    )

    class Meta:
        model = NoticeWords
        fields = ["label", "subject", "body"]
        labels = {"label": _("Name of this variant"), "subject": _("Subject")}
        help_texts = {"label": _("By which moderators choose it; readers do not see it.")}
        widgets = {
            "label": forms.TextInput(attrs={"autocomplete": "off"}),
            "subject": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        }

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "subject" in cleaned and "body" in cleaned:
            for problem in problems_in(self.kind, cleaned["subject"], cleaned["body"]):
                self.add_error("body", problem)
        return cleaned
