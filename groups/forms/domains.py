"""What an operator says of a domain."""

import re
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, ImageOps

from accounts.models import User
from groups.domains import colours
from groups.domains.models import Domain
from groups.domains.sites import hosts_of
from groups.models import Group
from groups.pictures import FORMATS, MOST_PIXELS

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})+\Z")
LOGO = (320, 96)
LOGO_BYTES = 2 * 1024 * 1024
UNREADABLE = (
    "On our light pages this colour cannot be read: its contrast is {ratio:.1f} : 1, and {least} : 1 is needed. "
    "The nearest that can is {nearest}."
)


def ascii_name(text: str) -> str:
    """A-labels in small letters; "" where it is no host name."""
    try:
        name = text.strip().rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        return ""
    return name if NAME.match(name) and len(name) <= 253 else ""


def _names(text: str) -> list[str]:
    found = []
    for word in text.replace(",", " ").split():
        name = ascii_name(word)
        if not name:
            raise forms.ValidationError(f"“{word}” is no host name.")
        found.append(name)
    return found


class DomainForm(forms.Form):
    name = forms.CharField(max_length=80, label="Name of the site", help_text="In titles and in what the site writes.")
    mail_domain = forms.CharField(
        max_length=253, label="Mail domain", help_text="What stands behind the @ of its groups: lists.example.org"
    )
    other_mail_domains = forms.CharField(
        required=False, label="Other mail domains", help_text="Mail to them reaches the same groups. Apart by spaces."
    )
    url = forms.CharField(
        required=False,
        label="Web address",
        help_text="https://lists.example.org; empty: its pages are on the site’s own host. Must be in ALLOWED_HOSTS.",
    )
    other_hosts = forms.CharField(
        required=False,
        label="Other web hosts",
        help_text="They show the same, and name the web address as the right one.",
    )
    accent = forms.CharField(
        required=False,
        max_length=7,
        label="Accent colour",
        help_text="As #0b5f63. Dark pages get a lighter shade of it by themselves.",
    )
    logo = forms.FileField(
        required=False,
        label="Logo",
        help_text="JPEG, PNG, WebP or GIF; made to fit 320 × 96.",
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,.webp,.gif"}),
    )
    logo_gone = forms.BooleanField(required=False, label="Take the logo away")
    footer = forms.CharField(
        required=False, max_length=5000, label="Footer and imprint", help_text="Markdown.", widget=forms.Textarea
    )
    language = forms.RegexField(
        r"\A[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z",
        required=False,
        max_length=16,
        label="Language of new groups",
        help_text="BCP 47, as de or pt-BR.",
    )
    postmaster = forms.EmailField(
        required=False, label="Postmaster", help_text="Shown to operators and in the self-check."
    )
    is_shared = forms.BooleanField(required=False, label="Its groups stand in the main directory, too")
    owners = forms.CharField(
        required=False,
        label="Owners",
        help_text="Addresses of accounts, one a line. They may do in every group of the domain what its owners may.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, domain: Domain, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.domain = domain

    def clean_mail_domain(self) -> str:
        name = ascii_name(self.cleaned_data["mail_domain"])
        if not name:
            raise forms.ValidationError("This is no host name.")
        self._refuse_taken(name)
        return name

    def clean_other_mail_domains(self) -> list[str]:
        names = _names(self.cleaned_data["other_mail_domains"])
        for name in names:
            self._refuse_taken(name)
        return names

    def _refuse_taken(self, name: str) -> None:
        if name == settings.MAIL_DOMAIN.lower():
            raise forms.ValidationError(f"{name} is MAIL_DOMAIN of the settings.")
        for other in Domain.objects.exclude(pk=self.domain.pk):
            if name in (other.mail_domain, *other.other_mail_domains):
                raise forms.ValidationError(f"{name} belongs to {other.name} already.")

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"]).strip().rstrip("/").lower()
        parts = urlsplit(url)
        if url and (
            parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.username
        ):
            raise forms.ValidationError("Write it as https://lists.example.org, without anything behind it.")
        self._refuse_taken_host(parts.hostname or "")
        return url

    def clean_other_hosts(self) -> list[str]:
        hosts = _names(self.cleaned_data["other_hosts"])
        for host in hosts:
            self._refuse_taken_host(host)
        return hosts

    def _refuse_taken_host(self, host: str) -> None:
        if host and host == urlsplit(settings.SITE_URL).hostname:
            raise forms.ValidationError(f"{host} is the host of SITE_URL.")
        for other in Domain.objects.exclude(pk=self.domain.pk):
            if host and host in hosts_of(other):
                raise forms.ValidationError(f"{host} belongs to {other.name} already.")

    def clean_accent(self) -> str:
        colour = str(self.cleaned_data["accent"]).strip().lower()
        if not colour:
            return ""
        if not colours.COLOUR.match(colour):
            raise forms.ValidationError("Write it as # and six digits: #0b5f63.")
        ratio = colours.lowest_contrast(colour, colours.LIGHT_GROUNDS)
        if ratio < colours.READABLE:
            nearest = colours.readable(colour, colours.LIGHT_GROUNDS, colours.BLACK)
            raise forms.ValidationError(UNREADABLE.format(ratio=ratio, least=colours.READABLE, nearest=nearest))
        return colour

    def clean_logo(self) -> bytes | None:
        file = self.cleaned_data["logo"]
        return made_logo(file) if isinstance(file, UploadedFile) else None

    def clean_owners(self) -> list[User]:
        found = []
        for word in self.cleaned_data["owners"].split():
            user = User.objects.filter(email__iexact=word).first()
            if user is None:
                raise forms.ValidationError(f"Nobody here has the address {word}.")
            found.append(user)
        return found


def made_logo(file: UploadedFile) -> bytes:
    """The picture anew, as WebP: nothing of the file that came is kept."""
    if (file.size or 0) > LOGO_BYTES:
        raise forms.ValidationError("The file is larger than 2 MB.")
    try:
        with Image.open(file, formats=FORMATS) as opened:
            if opened.size[0] * opened.size[1] > MOST_PIXELS:
                raise forms.ValidationError("The picture has too many points.")
            picture = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as problem:
        raise forms.ValidationError("This is no picture we can read. Take a JPEG, PNG, WebP or GIF.") from problem
    picture.thumbnail(LOGO, Image.Resampling.LANCZOS)
    written = BytesIO()
    Image.frombytes(picture.mode, picture.size, picture.tobytes()).save(written, "WEBP", quality=85)
    return written.getvalue()


class MoveForm(forms.Form):
    slug = forms.CharField(
        max_length=63, label="Short name of a group", help_text="It lives on this domain from now on."
    )

    def clean_slug(self) -> Group:
        group = Group.objects.filter(slug=str(self.cleaned_data["slug"]).strip().lower().replace("\0", "")).first()
        if group is None:
            raise forms.ValidationError("There is no such group.")
        return group
