"""Forms: what readers report, and what the staff does about it."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.abuse.models import What

LASTS = {"": "Until somebody lifts it", "1": "A day", "7": "A week", "30": "A month"}


class ReportForm(forms.Form):
    what = forms.ChoiceField(label=_("What is wrong"), choices=What.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("Tell us more"),
        required=False,
        max_length=2000,
        help_text=_("Where to look, and why. For copyright: what is yours, and where it was first."),
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 4}),
    )
    hear = forms.BooleanField(label=_("Mail me what became of it"), required=False)
    address = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        max_length=254,
        help_text=_("Only if you want to hear what became of it."),
    )

    def __init__(self, *args: Any, signed_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["address" if signed_in else "hear"]


class BecauseForm(forms.Form):
    because = forms.CharField(
        label="Why", max_length=500, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}), help_text="They are told."
    )


class SuspendForm(BecauseForm):
    lasts = forms.ChoiceField(label="How long", choices=list(LASTS.items()), required=False)
    drop_waiting = forms.BooleanField(label="Drop what of theirs waits for moderators", required=False)
    ban = forms.BooleanField(label="Ban their addresses on the whole site: no new account with them", required=False)

    @property
    def until(self) -> Any:
        days = self.cleaned_data["lasts"]
        return timezone.now() + timedelta(days=int(days)) if days else None


class RemoveForm(BecauseForm):
    ban = forms.BooleanField(label="Ban their addresses on the whole site", required=False)
