"""How a group looks: its icon and cover."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from groups import pictures


class PictureField(forms.FileField):
    """A picture, made anew in every width: cleaned to {width: bytes}, None where no file was chosen."""

    def __init__(self, kind: str, **kwargs: Any) -> None:
        super().__init__(
            required=False, widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,.webp,.gif"}), **kwargs
        )
        self.kind = kind

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if not isinstance(file, UploadedFile):
            return None
        try:
            return pictures.made_from(file, file.size or 0, self.kind)
        except pictures.BadPicture as problem:
            raise forms.ValidationError(str(problem)) from problem


class LookForm(forms.Form):
    icon = PictureField(
        pictures.ICON, label=_("Icon"), help_text=_("Square; it stands beside the name. JPEG, PNG, WebP or GIF.")
    )
    icon_gone = forms.BooleanField(required=False, label=_("Take the icon away"))
    cover = PictureField(
        pictures.COVER,
        label=_("Cover picture"),
        help_text=_("Wide; it stands above the group’s own page. We cut it to 4 : 1."),
    )
    cover_gone = forms.BooleanField(required=False, label=_("Take the cover picture away"))
