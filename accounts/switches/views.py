"""The page of the panel with all switches."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts import switches as all_of_them
from accounts.models import User
from accounts.switches import SWITCHES
from accounts.switches.actions import turn
from accounts.switches.models import Turned
from common.panel import audit, pages


class SwitchesForm(forms.Form):
    banner_words = forms.CharField(
        required=False, max_length=300, label="Words of the banner", help_text="Plain text, for everybody."
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, switch in SWITCHES.items():
            self.fields[name] = forms.BooleanField(required=False, label=switch.title, help_text=switch.sentence)
        self.order_fields([*SWITCHES, "banner_words"])

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("banner") and not self.cleaned_data.get("banner_words"):
            self.add_error("banner_words", "Write what the banner says.")


@require_http_methods(["GET", "HEAD", "POST"])
def switches(request: HttpRequest) -> HttpResponseBase:
    now = {name: all_of_them.on(name) for name in SWITCHES}
    form = SwitchesForm(request.POST or None, initial={**now, "banner_words": all_of_them.words("banner")})
    if request.method == "POST" and form.is_valid():
        return _turn(request, form)
    touched = Turned.objects.select_related("changed_by").order_by("-changed_at")
    rows = [(SWITCHES[row.name].title, row) for row in touched if row.name in SWITCHES]
    return pages.render(request, "panel/switches.html", "Switches", {"form": form, "touched": rows})


@transaction.atomic
def _turn(request: HttpRequest, form: SwitchesForm) -> HttpResponse:
    by = request.user
    assert isinstance(by, User)
    changed = []
    for name in SWITCHES:
        said = form.cleaned_data["banner_words"] if name == "banner" else ""
        changes = turn(name, form.cleaned_data[name], by=by, said=said)
        if changes:
            audit.record(request, "turned", f"Switch {name}", changes)
            changed.append(SWITCHES[name].title)
    messages.success(
        request, f"Changed, in every process: {', '.join(changed)}." if changed else "Nothing was changed."
    )
    return redirect("admin:switches")
