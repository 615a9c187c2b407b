"""Saved answers: words that moderators send often when they send something back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from groups.models import Answer, Group
from groups.views.moderation import visit_queue

MOST_ANSWERS = 50


class AnswerForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Answer
        fields = ["title", "text"]
        labels = {"title": gettext_lazy("Name"), "text": gettext_lazy("What the author is told")}
        help_texts = {
            "title": gettext_lazy("Only moderators see it."),
            "text": gettext_lazy("Up to 2,000 characters, plain text."),
        }
        widgets = {
            "title": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
            "text": forms.Textarea(attrs={"dir": "auto", "rows": 5}),
        }

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.group = group
        self.group = group

    def clean_title(self) -> str:
        title = str(self.cleaned_data["title"]).strip()
        others = Answer.objects.filter(group=self.group, title=title).exclude(pk=self.instance.pk)
        if others.exists():
            raise forms.ValidationError(_("There is an answer of that name already."))
        return title

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.instance.pk is None and self.group.answers.count() >= MOST_ANSWERS:
            raise forms.ValidationError(_("A group has at most %(count)s saved answers.") % {"count": MOST_ANSWERS})
        return cleaned


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: HttpRequest, slug: str) -> HttpResponse:
    visit = visit_queue(request, slug)
    form = AnswerForm(request.POST or None, group=visit.group)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("answers", slug)
    saved = list(visit.group.answers.order_by("title"))
    context = {"visit": visit, "tab": "moderation", "form": form, "answers": saved}
    return render(request, "groups/moderation/answers.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    visit = visit_queue(request, slug)
    saved = get_object_or_404(Answer, group=visit.group, pk=pk)
    if request.method == "POST" and "delete" in request.POST:
        saved.delete()
        messages.success(request, _("Taken away."))
        return redirect("answers", slug)
    form = AnswerForm(request.POST or None, instance=saved, group=visit.group)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("answers", slug)
    return render(
        request, "groups/moderation/answers.html", {"visit": visit, "tab": "moderation", "form": form, "saved": saved}
    )
