"""Forms of what a member chooses about mail."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.person import ProfileForm
from accounts.models import User
from common.absence import AbsenceForm
from groups.forms.cards import cards
from groups.models import Delivery, DigestFormat, Membership
from mail.digests.schedule import zone_named

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

DELIVERY_WORDS = {
    Delivery.EVERY: (_("Every letter"), _("Each letter as it comes.")),
    Delivery.DIGEST: (_("A digest"), _("Several letters in one mail: at your hour, or when many have gathered.")),
    Delivery.SUMMARY: (
        _("A daily list of topics"),
        _("Subjects and first lines, with links; nothing on days without letters."),
    ),
    Delivery.SPECIAL: (_("Only special notices"), _("What the owners send to everybody, which is rare.")),
    Delivery.NONE: (_("No mail"), _("You read on the web.")),
}
FORMAT_WORDS = {
    DigestFormat.HTML: (_("One page with contents"), _("Reads well on a phone (HTML).")),
    DigestFormat.PLAIN: (_("Plain text"), _("For text-only mail programs (RFC 1153).")),
    DigestFormat.MIME: (_("Each letter attached"), _("So that you can answer each by itself (multipart/digest).")),
}
LIMITS: "tuple[tuple[int | None, StrOrPromise], ...]" = (
    (None, _("Come with the letter")),
    (1024, _("Above 1 MB as links")),
    (100, _("Above 100 KB as links")),
    (0, _("Always as links")),
)


SAID = {"": None, "yes": True, "no": False}


def _said(label: "StrOrPromise") -> forms.TypedChoiceField:
    """Yes, no, or as the group says, which the form adds in words."""
    return forms.TypedChoiceField(label=label, required=False, empty_value=None, coerce=SAID.get)


class MembershipForm(AbsenceForm, forms.ModelForm):  # type: ignore[type-arg]
    delivery = cards(_("How this group’s letters come to you"), DELIVERY_WORDS)
    digest_format = cards(_("If you chose a digest: how it looks"), FORMAT_WORDS)
    attachments_kb = forms.TypedChoiceField(
        label=_("Attachments"),
        required=False,
        empty_value=None,
        coerce=int,
        help_text=_("Links lead to the group’s archive."),
    )
    address = forms.ChoiceField(
        label=_("Where they go"), required=False, help_text=_("One of your confirmed addresses.")
    )
    listed = _said(_("Other members see me in the directory"))
    address_listed = _said(_("They see my address there"))

    class Meta:
        model = Membership
        fields = [
            "delivery",
            "digest_format",
            "attachments_kb",
            "plain_text",
            "address",
            "own_posts",
            "skip_addressed",
            "listed",
            "address_listed",
        ]
        labels = {
            "plain_text": _("Plain text only"),
            "own_posts": _("Send me my own letters too"),
            "skip_addressed": _("No second copy where I am in To or Cc already"),
        }
        help_texts = {
            "plain_text": _("Formatted letters come as their text, files as links into the archive."),
            "own_posts": _("Your copy shows that it went out."),
            "skip_addressed": _("Somebody answered you and the group: one mail is enough."),
        }

    def __init__(self, *args: Any, addresses: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.take_absence(self.instance, zone_named(self.instance.user.time_zone, settings.TIME_ZONE))
        main, kept = self.instance.user.email, self.instance.address
        others = [address for address in addresses if address != main.lower()]
        if kept and kept.lower() not in others:
            others.append(kept)
        self._choose("address", [("", main), *((address, address) for address in others)])
        limits = list(LIMITS)
        limit = self.instance.attachments_kb
        if limit not in dict(limits):
            limits.append((limit, gettext("Above %(size)s KB as links") % {"size": f"{limit:,}"}))
        group = self.instance.group
        for name, usual in (("listed", group.members_listed), ("address_listed", group.addresses_listed)):
            as_group = gettext("As the group says: yes") if usual else gettext("As the group says: no")
            self._choose(
                name, [("", as_group), ("yes", gettext("Yes")), ("no", gettext("No; those who run the group do"))]
            )
            said = getattr(self.instance, name)
            self.initial[name] = "" if said is None else "yes" if said else "no"
        self._choose("attachments_kb", [("" if value is None else value, words) for value, words in limits])

    def _choose(self, name: str, choices: "list[tuple[Any, StrOrPromise]]") -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class DailyForm(AbsenceForm, ProfileForm):
    """The one mail a day, and when it and the digests come."""

    mail_hour = forms.TypedChoiceField(
        label=_("Your hour"),
        coerce=int,
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        help_text=_("Digests, topic lists and the daily mail come then."),
    )

    class Meta:
        model = User
        fields = ["daily_mail", "mail_hour", "time_zone"]
        labels = {"daily_mail": _("One mail a day with everything new in all my groups")}
        help_texts = {"daily_mail": _("Beside what you choose for each group; none comes on days without news.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.take_absence(self.instance, zone_named(self.instance.time_zone, settings.TIME_ZONE))
        self.fields["first_day"].label = gettext("Away from, in all groups")

    def clean(self) -> dict[str, Any] | None:
        values = super().clean()
        for name in ("away_from", "away_until"):
            setattr(self.instance, name, self.cleaned_data.get(name))
        return values
