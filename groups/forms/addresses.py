"""Another short name for a group."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from groups.models import Group
from groups.names import why_not


class ShortNameForm(forms.Form):
    slug = forms.CharField(
        max_length=63,
        label=_("Short name"),
        help_text=_("Small letters, digits, dots and hyphens."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group = group

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).strip().lower()
        problem = why_not(slug, self.group)
        if problem:
            raise forms.ValidationError(problem)
        return slug
