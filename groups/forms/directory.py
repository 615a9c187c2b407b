"""How a group is found: categories, country, search engines."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from groups import countries
from groups.directory.tree import Node, tree
from groups.models import Group
from groups.models.finding import MOST_CATEGORIES

HELP = _("Where the directory shows it.")
ORDINALS = (_("Category"), _("Second category"), _("Third category"))


def category_choices() -> list[tuple[str, Any]]:
    """The tree as a select shows it: what stands at the top as headings, with itself first below."""
    return [("", _("None")), *((top.name, _below(top)) for top in tree().tops)]


def _below(top: Node) -> list[tuple[str, str]]:
    waiting, found = list(reversed(top.children)), [(top.slug, top.name)]
    while waiting:
        node = waiting.pop()
        found.append((node.slug, node.path.partition(" › ")[2]))
        waiting.extend(reversed(node.children))
    return found


class FirstCategory(forms.ChoiceField):
    """One category, kept as a list of at most one, for groups that begin."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(_first(value)))

    def clean(self, value: Any) -> list[str]:
        slug = super().clean(value)
        return [slug] if slug else []

    def prepare_value(self, value: Any) -> Any:
        return _first(value)


def _first(value: Any) -> Any:
    return (value[0] if value else "") if isinstance(value, list) else value


class DirectoryForm(forms.ModelForm):  # type: ignore[type-arg]
    country = forms.ChoiceField(
        required=False, label=_("Country"), help_text=_("Where most members are, if that matters.")
    )

    class Meta:
        model = Group
        fields = ["country", "indexing"]
        labels = {"indexing": _("Search engines may keep its pages")}
        help_texts = {"indexing": _("Only of a group in the directory, and only what strangers may read.")}

    field_order = ("category_1", "category_2", "category_3", "country", "indexing")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices, kept = category_choices(), self.instance.categories
        for place in range(MOST_CATEGORIES):
            initial = kept[place] if place < len(kept) else ""
            self.fields[f"category_{place + 1}"] = forms.ChoiceField(
                label=ORDINALS[place], required=False, choices=choices, initial=initial, help_text=HELP
            )
        self.fields["country"].choices = [("", _("Not said")), *countries.choices()]  # type: ignore[attr-defined]
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = [cleaned.pop(f"category_{place + 1}", "") for place in range(MOST_CATEGORIES)]
        cleaned["categories"] = list(dict.fromkeys(filter(None, chosen)))
        return cleaned
