"""Choices of which each option is explained where it stands."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def cards(
    label: "StrOrPromise",
    words: "Mapping[Any, tuple[StrOrPromise, StrOrPromise]]",
    help_text: "StrOrPromise" = "",
    *,
    slider: bool = False,
) -> forms.ChoiceField:
    """Each option on a card with the sentence that explains it, or (slider) in one row with the sentence of the one that is
    chosen below it. The first is the usual one."""
    widget = forms.RadioSelect()
    widget.sentences = {str(value): sentence for value, (_, sentence) in words.items()}  # type: ignore[attr-defined]
    widget.is_slider = slider  # type: ignore[attr-defined]
    choices = [(value, title) for value, (title, _) in words.items()]
    return forms.ChoiceField(label=label, choices=choices, widget=widget, initial=choices[0][0], help_text=help_text)
