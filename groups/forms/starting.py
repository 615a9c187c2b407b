"""The first step of starting a group; the second is groups.forms.who."""

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from groups.forms.directory import FirstCategory, category_choices
from groups.models import Alias, Group
from groups.models.group import RESERVED_SLUGS
from groups.names import why_not


class NameForm(forms.ModelForm):  # type: ignore[type-arg]
    slug = forms.CharField(
        max_length=63,
        required=False,
        label=_("Short name"),
        help_text=_("Stands in its address. Left empty, we make one from the name."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    categories = FirstCategory(
        required=False, label=_("Category"), choices=category_choices, help_text=_("Where the directory shows it.")
    )

    class Meta:
        model = Group
        fields = ["name", "slug", "summary", "categories"]
        labels = {"name": _("Name"), "summary": _("One sentence about it")}
        help_texts = {"summary": _("Shown in the directory.")}
        widgets = {
            "name": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
            "summary": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        }

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).strip().lower() or self._suggestion()
        if not slug:
            raise forms.ValidationError(_("We cannot make one from this name. Choose letters from a to z and digits."))
        why = why_not(slug)
        if why:
            raise forms.ValidationError(why)
        return slug

    def _suggestion(self) -> str:
        """From the name; with a number where somebody has taken it."""
        base = slugify(self.cleaned_data.get("name", ""))[:55].strip("-_")
        if not base:
            return ""
        taken = {
            *Group.objects.filter(slug__startswith=base).values_list("slug", flat=True),
            *Alias.objects.filter(slug__startswith=base).values_list("slug", flat=True),
            *RESERVED_SLUGS,
        }
        return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)
