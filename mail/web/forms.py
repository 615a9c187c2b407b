"""The form a letter is written in."""

import re
import secrets
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import switches

MOST_FILES = 20
LONGEST_TEXT = 500_000
ENCODED = 1.37  # base64 with its line ends (RFC 2045 §6.8)
_ONCE = re.compile(r"[A-Za-z0-9_-]{20,40}\Z")


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Files of one input, as a list."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [super(ManyFilesField, self).clean(each, initial) for each in data or []]


class LetterForm(forms.Form):
    """`once` names this one letter, however often its form is sent."""

    once = forms.CharField(widget=forms.HiddenInput, required=False)
    address = forms.ChoiceField(label=gettext_lazy("From"))
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=250,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Say in a few words what it is about.")},
    )
    text = forms.CharField(
        label=gettext_lazy("Letter"),
        max_length=LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 16, "class": "letter-text"}),
        error_messages={"required": gettext_lazy("Write something first.")},
    )
    attachments = ManyFilesField(label=gettext_lazy("Attachments"), required=False, widget=ManyFilesInput())

    def __init__(self, *args: Any, addresses: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["address"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(address, address) for address in addresses]
        if len(addresses) == 1:
            field.widget = forms.HiddenInput()
        if not switches.on("uploads"):
            del self.fields["attachments"]
            return
        self.fields["attachments"].help_text = _("Up to %(size)s in all.") % {"size": filesizeformat(room_for_files())}

    @staticmethod
    def new_once() -> str:
        return secrets.token_urlsafe(18)

    @property
    def once_given(self) -> str:
        """What the form said, or a new one where that is not of ours."""
        given = str(self.data.get("once", ""))
        return given if _ONCE.match(given) else self.new_once()

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if not text.strip():
            raise forms.ValidationError(_("Write something first."))
        return text


def room_for_files() -> int:
    return int((settings.MAIL_SIZE_LIMIT - LONGEST_TEXT) / ENCODED)


def why_too_large(sizes: Sequence[int]) -> str:
    """A sentence where files are too many or too large for one letter; else empty."""
    if len(sizes) > MOST_FILES:
        said = _("A letter takes %(most)s files; these are %(count)s. Take some away, or pack them into one.")
        return said % {"most": MOST_FILES, "count": len(sizes)}
    if sum(sizes) > room_for_files():
        said = _(
            "Together the files have %(size)s; a letter has room for %(room)s. "
            "Take some away, or put them on the web and send the link."
        )
        return said % {"size": filesizeformat(sum(sizes)), "room": filesizeformat(room_for_files())}
    return ""
