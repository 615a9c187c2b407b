"""The mail settings of a group: a page for each question, every setting explained where it stands."""

from typing import TYPE_CHECKING, Any

import nh3
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from groups.access import person, visit_with
from groups.actions.groups import change_mail_policy
from groups.forms.cards import cards
from groups.models import Group, Moderation, Right, WaitEnd
from groups.models.policy import AuthorPolicy, ReplyTo
from mail.addressing import list_address

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

MODERATION = {
    Moderation.NONE: (_("Nothing"), _("Letters of members go out at once.")),
    Moderation.FIRST: (
        _("First letters of new members"),
        _("A moderator sees who is new; after that they are trusted."),
    ),
    Moderation.TOPICS: (_("New topics"), _("Answers go out at once, new topics wait.")),
    Moderation.ALL: (_("Every letter"), _("Nothing goes out that no moderator has seen.")),
}
WAIT_END = {
    WaitEnd.REJECT: (_("Is sent back"), _("Its author is told that nobody decided in time, and can send it again.")),
    WaitEnd.DROP: (_("Is dropped"), _("Nobody is told.")),
}
REPLY_TO = {
    ReplyTo.GROUP: (
        _("The group"),
        _("Reply answers everybody: good for talk; private words may go to all by mistake."),
    ),
    ReplyTo.SENDER: (_("The author"), _("Reply answers one person; “Reply to all” is needed to answer the group.")),
    ReplyTo.BOTH: (_("The group and the author"), _("For groups in which authors need not be members.")),
    ReplyTo.MODERATORS: (_("The moderators"), _("For announcements.")),
    ReplyTo.ADDRESS: (_("Another address"), _("The one below: a help desk, or a group for discussion.")),
}
AUTHORS = {
    AuthorPolicy.REWRITE: (
        _("Where it is needed"),
        _("Only where the author’s domain forbids others to send in its name (DMARC)."),
    ),
    AuthorPolicy.ALWAYS: (_("Always"), _("Every letter comes from the group; the author’s name stays readable.")),
    AuthorPolicy.WRAP: (
        _("Send it as an attachment instead"),
        _("Where needed, the letter goes untouched inside one by the group."),
    ),
    AuthorPolicy.UNTOUCHED: (
        _("Never touch a letter"),
        _("No tag, no text above or below: the author’s own signature stays valid."),
    ),
}


PLACES = _(
    "In these texts {group} is the group’s name, {address} is its address, {owner} is the address of those who run it, "
    "{home} is its page, {archive} is its letters on the web, {letter} is this letter on the web, {number} is this letter’s "
    "number."
)
TAGS = {"a", "b", "strong", "i", "em", "u", "br", "p", "ul", "ol", "li", "small"}  # of text below letters, as HTML
SCHEMES = {"http", "https", "mailto"}


class WaitingForm(forms.ModelForm):  # type: ignore[type-arg]
    moderation = cards(_("What waits for a moderator"), MODERATION)
    wait_end = cards(_("What nobody decides about in time"), WAIT_END)

    class Meta:
        model = Group
        fields = [
            "moderation", "first_posts", "emergency", "largest_kb", "most_recipients", "spam_hold", "spam_discard",
            "wait_days", "wait_end", "report_threshold", "posts_a_day", "slow_minutes",
        ]  # fmt: skip
        labels = {
            "first_posts": _("How many first letters"),
            "emergency": _("Emergency: everything waits"),
            "largest_kb": _("Largest letter, in KB"),
            "most_recipients": _("Most addresses in To and Cc"),
            "spam_hold": _("Spam score from which letters wait"),
            "spam_discard": _("Spam score from which letters are dropped"),
            "wait_days": _("Days until what waits is closed"),
            "report_threshold": _("Reports that hide a letter"),
            "posts_a_day": _("Letters of one member in a day"),
            "slow_minutes": _("Minutes between two letters of one member (slow mode)"),
        }
        help_texts = {
            "first_posts": _("Of each new member, where first letters wait."),
            "emergency": _(
                "For an hour in which a quarrel or an attack gets out of hand. Also holds what moderators write."
            ),
            "largest_kb": _("Larger ones wait: every member gets a copy, or a link to the files."),
            "most_recipients": _(
                "Letters to more addresses wait, for they are rarely meant for the group. 0: no limit."
            ),
            "spam_hold": _(
                "As your spam filter counts; most call 5 suspicious. They lie in quarantine, and nobody is told."
            ),
            "wait_days": _("Moderators are reminded every day until then. Reports are never closed by themselves."),
            "report_threshold": _(
                "When so many members report one letter, it is hidden until a moderator decides. 0: never."
            ),
            "posts_a_day": _("More of them wait. 0: no limit."),
            "slow_minutes": _("What comes earlier waits. 0: no limit."),
            "spam_discard": _("Dropped without a word to anybody, but kept for the operators."),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        hold, drop = cleaned.get("spam_hold"), cleaned.get("spam_discard")
        if hold is not None and drop is not None and drop < hold:
            self.add_error("spam_discard", gettext("This must not be less than the score from which letters wait."))
        return cleaned


class CopiesForm(forms.ModelForm):  # type: ignore[type-arg]
    reply_to = cards(_("Where Reply goes"), REPLY_TO)
    author_policy = cards(
        _("The author’s address in copies"), AUTHORS, _("Mail providers refuse copies that seem forged.")
    )

    class Meta:
        model = Group
        fields = [
            "subject_tag", "tag_first", "reply_to", "reply_to_address", "author_policy", "header_text", "footer_text",
            "footer_html", "removed_files", "as_plain_text",
        ]  # fmt: skip
        labels = {
            "subject_tag": _("Tag before each subject"),
            "tag_first": _("The tag stands before “Re:”, too"),
            "reply_to_address": _("The other address"),
            "header_text": _("Text above each letter"),
            "footer_text": _("Text below each letter"),
            "footer_html": _("The same as HTML"),
            "removed_files": _("Files to take out of copies"),
            "as_plain_text": _("Copies are plain text"),
        }
        help_texts = {
            "subject_tag": _(
                "As in “[gardeners]”; put the brackets here, too. It stands once, also in answers. {number} is the "
                "letter’s number."
            ),
            "reply_to_address": _("Where Reply goes, where you chose another address above."),
            "header_text": _("Plain text. People read it every time: better none."),
            "footer_text": format_lazy(
                "{} {}",
                _("Plain text, above each member’s own links. Signed and encrypted parts are never touched."),
                PLACES,
            ),
            "removed_files": _(
                "Endings of names and media types, as “exe scr video application/zip”. A line in the copy says what "
                "was taken out; the archive keeps it."
            ),
            "as_plain_text": _(
                "Formatted letters go out as their text, files as links into the archive. Authors’ signatures go."
            ),
            "footer_html": _(
                "Stands instead of it in letters that are HTML. Links, lists and emphasis are kept, all else is not."
            ),
        }
        widgets = {
            "subject_tag": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
            "header_text": forms.Textarea(attrs={"dir": "auto", "rows": 3}),
            "footer_text": forms.Textarea(attrs={"dir": "auto", "rows": 3}),
            "footer_html": forms.Textarea(attrs={"dir": "auto", "rows": 3}),
        }

    def clean_footer_html(self) -> str:
        return nh3.clean(
            self.cleaned_data["footer_html"], tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES
        ).strip()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("reply_to") == ReplyTo.ADDRESS and not cleaned.get("reply_to_address"):
            self.add_error("reply_to_address", gettext("Say which address."))
        return cleaned


class DigestsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Group
        fields = ["default_delivery", "digest_posts"]
        labels = {"default_delivery": _("How letters come to new members"), "digest_posts": _("Letters in a digest")}
        help_texts = {
            "default_delivery": _(
                "Until they choose themselves. Who is a member already keeps what they have; the list of members "
                "changes it for many at once."
            ),
            "digest_posts": _(
                "A digest goes out when so many have gathered, and at each member’s hour where there are fewer."
            ),
        }


PARTS: dict[str, tuple["StrPromise", Any]] = {
    "waiting": (_("What waits"), WaitingForm),
    "copies": (_("How copies look"), CopiesForm),
    "digests": (_("Digests"), DigestsForm),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    visit = visit_with(request, slug, Right.SETTINGS)
    by = person(request)
    assert by is not None
    part = request.GET.get("part", "")
    part = part if part in PARTS else "waiting"
    title, form_class = PARTS[part]
    form = form_class(request.POST or None, instance=Group.objects.get(pk=visit.group.pk))
    if request.method == "POST" and form.is_valid():
        changed = change_mail_policy(group=visit.group, by=by, **form.cleaned_data)
        messages.success(request, gettext("The settings are saved.") if changed else gettext("Nothing was changed."))
        return redirect(request.get_full_path())
    parts = [{"label": label, "url": f"?part={key}", "current": key == part} for key, (label, form) in PARTS.items()]
    context = {
        "visit": visit,
        "tab": "settings",
        "form": form,
        "title": title,
        "tabs": parts,
        "label": gettext("Mail settings"),
    }
    return render(request, "mail/web/settings.html", {**context, "address": list_address(visit.group)})
