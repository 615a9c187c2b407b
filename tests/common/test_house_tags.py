"""What templates draw is escaped, whoever wrote it."""

import pytest
from django import forms
from django.template import Context, Template

from common.icons import ICONS

LOAD = "{% load house %}"


def render(source: str, **context: object) -> str:
    return Template(LOAD + source).render(Context(context))


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_is_drawn_and_silent(name: str):
    assert 'aria-hidden="true"' in render("{% icon name %}", name=name)


def test_icons_that_point_turn_with_the_direction_of_lines_and_others_stay():
    assert 'class="icon turns"' in render('{% icon "next" %}')
    assert 'class="icon"' in render('{% icon "search" %}')


def test_an_icon_with_a_label_is_read_aloud():
    assert 'role="img" aria-label="Members &amp; only"' in render('{% icon "lock" label %}', label="Members & only")


def test_an_avatar_shows_initials_and_escapes_them():
    drawn = render("{% avatar name key %}", name="<b> &x", key="k@example.org")
    assert "<b>" not in drawn
    assert 'aria-hidden="true"' in drawn


class Questions(forms.Form):
    name = forms.CharField(help_text="As others see it.", widget=forms.TextInput(attrs={"placeholder": "Name"}))
    note = forms.CharField(required=False, widget=forms.Textarea)
    agreed = forms.BooleanField(required=False)
    secret = forms.CharField(required=False, widget=forms.HiddenInput)


def test_a_field_has_a_label_and_no_placeholder():
    drawn = render("{% form_field form.name %}", form=Questions())
    assert '<label for="id_name">' in drawn
    assert "placeholder" not in drawn


def test_what_is_wrong_is_tied_to_its_field():
    drawn = render("{% form_field form.name %}", form=Questions({}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in drawn
    assert 'id="id_name_error"' in drawn
    assert 'id="id_name_helptext"' in drawn


def test_what_may_be_left_out_says_so():
    drawn = render("{% form_fields form %}", form=Questions())
    assert drawn.count("(optional)") == 1


def test_hidden_fields_are_there_and_unlabelled():
    drawn = render("{% form_fields form %}", form=Questions())
    assert 'type="hidden" name="secret"' in drawn
    assert "id_secret" in drawn
    assert 'for="id_secret"' not in drawn
