"""The rules a group writes itself: a list in their order, a page for each, and a trial before it counts."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Max
from django.forms import BaseFormSet, formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from common.ratelimit import allowed
from groups.access import Visit, person, visit_with
from groups.actions.log import note
from groups.models import Action, Group, Right
from mail.inbound.facts import rule_facts
from mail.models import ContentRule
from mail.review.simulating import DAYS, try_out
from mail.rules import conditions
from mail.rules.types import Condition

MOST_RULES = 50
MOST_CONDITIONS = 8
TRIALS_AN_HOUR = 60
HOW = [("", "…"), *conditions.HOW.items(), *conditions.MEMBERSHIP.items()]


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ContentRule
        fields = ["name", "needs_all", "then", "answer", "for_moderators", "is_on"]
        labels = {
            "name": gettext_lazy("Name"),
            "needs_all": gettext_lazy("All conditions must fit; otherwise one is enough"),
            "then": gettext_lazy("What then"),
            "answer": gettext_lazy("The answer"),
            "for_moderators": gettext_lazy("Also for those whose letters never wait"),
            "is_on": gettext_lazy("It counts"),
        }
        help_texts = {
            "name": gettext_lazy(
                "Moderators read it where a letter waits; authors where it is sent back without an answer."
            ),
            "answer": gettext_lazy("Of the saved answers; only where it is sent back."),
            "is_on": gettext_lazy("Switched off, it can still be tried."),
        }
        widgets = {"name": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})}

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["answer"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset, field.empty_label = group.answers.order_by("title"), _("None: the rule’s name")


class ConditionForm(forms.Form):
    on = forms.ChoiceField(
        label=gettext_lazy("What is looked at"),
        required=False,
        choices=[("", "…"), *((key, question.label) for key, question in conditions.QUESTIONS.items())],
    )
    name = forms.CharField(label=gettext_lazy("Header field"), required=False, max_length=76)
    how = forms.ChoiceField(label=gettext_lazy("How"), required=False, choices=HOW)
    value = forms.CharField(label=gettext_lazy("With what"), required=False, max_length=conditions.LONGEST_PATTERN)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("on"):
            wrong = conditions.problem(Condition(**cleaned))
            if wrong:
                self.add_error(None, wrong)
        return cleaned


Conditions = formset_factory(ConditionForm, extra=2, max_num=MOST_CONDITIONS, validate_max=True)


@never_cache
@require_safe
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    visit = visit_with(request, slug, Right.RULES)
    found = list(ContentRule.objects.filter(group=visit.group).select_related("answer"))
    return render(request, "mail/web/rules.html", {"visit": visit, "tab": "moderation", "rules": found})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    visit = visit_with(request, slug, Right.RULES)
    reader = person(request)
    assert reader is not None
    rule = get_object_or_404(ContentRule, group=visit.group, pk=pk) if pk else ContentRule(group=visit.group)
    form = RuleForm(request.POST or None, instance=rule, group=visit.group)
    asked: BaseFormSet[ConditionForm] = Conditions(request.POST or None, initial=rule.conditions, prefix="if")
    context = {"visit": visit, "tab": "moderation", "form": form, "conditions": asked, "rule": rule, "days": DAYS}
    if request.method != "POST" or not (form.is_valid() and asked.is_valid()):
        return render(request, "mail/web/rule.html", context)
    rule = form.save(commit=False)
    rule.conditions = [one.cleaned_data for one in asked if one.cleaned_data.get("on")]
    if not rule.conditions:
        form.add_error(None, _("A rule needs at least one condition."))
        return render(request, "mail/web/rule.html", context)
    if "try" in request.POST:
        return _tried(request, visit, reader, rule, context)
    return _saved(request, visit, reader, rule, form)


def _tried(
    request: HttpRequest, visit: Visit, reader: User, rule: ContentRule, context: dict[str, Any]
) -> HttpResponse:
    """What it would have done; the rule itself is kept nowhere."""
    if not allowed("try a rule", reader.pk, limit=TRIALS_AN_HOUR, seconds=3600):
        context["form"].add_error(None, _("You have tried many rules. Go on in an hour."))
        return render(request, "mail/web/rule.html", context, status=429)
    return render(request, "mail/web/rule.html", {**context, "trial": try_out(visit.group, rule_facts(rule))})


@transaction.atomic
def _saved(request: HttpRequest, visit: Visit, reader: User, rule: ContentRule, form: RuleForm) -> HttpResponse:
    others = ContentRule.objects.filter(group=visit.group)
    if rule._state.adding:
        if others.count() >= MOST_RULES:
            messages.error(request, _("A group has at most %(count)s rules.") % {"count": MOST_RULES})
            return redirect("rules", visit.group.slug)
        rule.place = (others.aggregate(last=Max("place"))["last"] or 0) + 1
    rule.changed_at, rule.changed_by = timezone.now(), reader
    rule.save()
    details = {"then": rule.then, "on": rule.is_on, "conditions": rule.conditions}
    note(Action.RULE_CHANGED, group=visit.group, by=reader, about=rule.name, details=details)
    messages.success(request, _("The rule is saved.") if rule.is_on else _("The rule is saved, and switched off."))
    return redirect("rules", visit.group.slug)


@never_cache
@require_POST
@transaction.atomic
def order(request: HttpRequest, slug: str) -> HttpResponse:
    """Put one rule before the one above it."""
    visit = visit_with(request, slug, Right.RULES)
    found = list(ContentRule.objects.filter(group=visit.group).order_by("place", "pk"))
    wanted = request.POST.get("up", "")
    at = next((at for at, rule in enumerate(found) if str(rule.pk) == wanted), 0)
    if at:
        found[at - 1], found[at] = found[at], found[at - 1]
        for place, rule in enumerate(found, start=1):
            ContentRule.objects.filter(pk=rule.pk).update(place=place)
        note(Action.RULE_CHANGED, group=visit.group, by=person(request), about=found[at - 1].name, reason="Moved up")
    return redirect("rules", slug)


@never_cache
@require_POST
@transaction.atomic
def delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    visit = visit_with(request, slug, Right.RULES)
    rule = get_object_or_404(ContentRule, group=visit.group, pk=pk)
    rule.delete()
    note(
        Action.RULE_CHANGED, group=visit.group, by=person(request), about=rule.name, reason="Taken away",
        details={"then": rule.then, "conditions": rule.conditions},
    )  # fmt: skip
    messages.success(request, _("The rule is taken away."))
    return redirect("rules", slug)
