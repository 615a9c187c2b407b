"""What a new token may do, where, and for how long."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.tokens.choices import groups_of
from accounts.tokens.models import Scope

LASTS = {"7": _("A week"), "30": _("A month"), "90": _("Three months"), "365": _("A year"), "": _("Until I end it")}


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=100,
        label=_("What it is for"),
        help_text=_("So that you know it later: “the mirror on my server”."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple(),
        error_messages={"required": _("Choose at least one thing it may do.")},
    )
    groups = forms.MultipleChoiceField(
        label=_("Only in these groups"),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text=_("Tick none for all that you may go to."),
    )
    lasts = forms.ChoiceField(label=_("How long it works"), required=False, choices=list(LASTS.items()), initial="90")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = [(str(key), name) for key, name in groups_of(user)]
        if mine:
            self.fields["groups"].choices = mine  # type: ignore[attr-defined]
        else:
            del self.fields["groups"]

    @property
    def only_groups(self) -> list[int] | None:
        chosen = self.cleaned_data.get("groups")
        return [int(key) for key in chosen] if chosen else None
