"""Forms about a person."""

import zoneinfo
from functools import cache
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class NameForm(forms.Form):
    """Asked beside address and password when somebody makes an account."""

    name = forms.CharField(
        max_length=150, required=False, label=_("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"})
    )

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"].strip()
        user.save(update_fields=["name"])


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    time_zone = forms.ChoiceField(
        required=False, label=_("Time zone"), help_text=_("Dates and times on every page are those of this zone.")
    )

    language = forms.ChoiceField(
        required=False, label=_("Language"), help_text=_("Of the pages, and of what this site writes to you.")
    )

    class Meta:
        model = User
        fields = ["name", "language", "time_zone"]
        labels = {"name": _("Your name")}
        help_texts = {"name": _("As other members see it.")}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = self.fields["language"]
        assert isinstance(languages, forms.ChoiceField)
        languages.choices = [("", _("As my browser says")), *settings.LANGUAGES]
        field = self.fields["time_zone"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("As my browser says")), *zones_by_region(), ("UTC", "UTC")]
        kept = self.instance.time_zone
        if kept and not any(kept == zone for _, zones in zones_by_region() for zone, _ in zones):
            field.choices = [*field.choices, (kept, kept)]


class LanguageForm(forms.Form):
    """For those who are not signed in; kept in their browser."""

    language = forms.ChoiceField(label=_("Language"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = settings.LANGUAGES


@cache
def zones_by_region() -> list[tuple["StrOrPromise", list[tuple[str, str]]]]:
    """IANA zones of places, as grouped choices. Those of the aliases ("US/Pacific") and of ships ("Etc/GMT+5") are left out."""
    regions = {
        "Africa": _("Africa"),
        "America": _("America"),
        "Antarctica": _("Antarctica"),
        "Arctic": _("Arctic"),
        "Asia": _("Asia"),
        "Atlantic": _("Atlantic"),
        "Australia": _("Australia"),
        "Europe": _("Europe"),
        "Indian": _("Indian Ocean"),
        "Pacific": _("Pacific"),
    }
    by_region: dict[str, list[tuple[str, str]]] = {region: [] for region in regions}
    for zone in sorted(zoneinfo.available_timezones()):
        region, _slash, place = zone.partition("/")
        if place and region in by_region:
            by_region[region].append((zone, place.replace("_", " ").replace("/", ", ")))
    return [(regions[region], zones) for region, zones in by_region.items() if zones]
