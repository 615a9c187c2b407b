"""Invitations at a glance."""

from hypothesis import given
from hypothesis import strategies as st

from archive.rendering.calendars import render_calendar
from tests.archive.rendering.pages import faults_of

INVITATION = """\
BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:16010101T030000
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY;LANGUAGE=en:Pruning the apple trees\\, all of
  them
DTSTART;TZID="Europe/Berlin":20240504T100000
DTEND;TZID="Europe/Berlin":20240504T120000
LOCATION:Northern wall <gate>
ORGANIZER;CN="Berg, Marta":mailto:marta@orchard.example
ATTENDEE;PARTSTAT=ACCEPTED;CN=Jun:mailto:jun@river.example
ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:kim@river.example
RRULE:FREQ=WEEKLY;COUNT=3
DESCRIPTION:Bring gloves.\\nTea at four.
BEGIN:VALARM
DESCRIPTION:REMINDER
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def test_an_invitation_says_what_when_where_and_who():
    text = render_calendar(INVITATION).text
    assert text.split("\n")[:5] == [
        "Invitation: Pruning the apple trees, all of them",
        "When: Saturday, 4 May 2024, 10:00 (Europe/Berlin) to Saturday, 4 May 2024, 12:00 (Europe/Berlin), every week",
        "Where: Northern wall <gate>",
        "From: Berg, Marta <marta@orchard.example>",
        "Invited: 2 people",
    ]
    assert "Jun <jun@river.example> (accepted)" in text and "Bring gloves.\nTea at four." in text


def test_it_is_a_definition_list_with_masked_addresses():
    html = render_calendar(INVITATION).html
    assert html.startswith('<dl class="letter-calendar"><dt>Invitation</dt>')
    assert "&lt;gate&gt;" in html and "marta@orchard.example" not in html
    assert faults_of(html) == []


def test_a_whole_day_and_utc():
    assert (
        "When: Saturday, 4 May 2024\n"
        in render_calendar("BEGIN:VEVENT\nDTSTART;VALUE=DATE:20240504\nURL:x\nEND:VEVENT").text
    )
    assert "10:00 (UTC)" in render_calendar("BEGIN:VEVENT\nDTSTART:20240504T100000Z\nEND:VEVENT").text


def test_a_cancellation_says_so():
    assert render_calendar("METHOD:CANCEL\nBEGIN:VEVENT\nSUMMARY:Tea\nEND:VEVENT").text == "Cancelled: Tea"


def test_an_impossible_date_is_shown_as_it_stands():
    assert "When: 20241399T990000" in render_calendar("BEGIN:VEVENT\nDTSTART:20241399T990000\nEND:VEVENT").text


def test_what_holds_no_event_is_shown_as_it_is():
    assert render_calendar("no <calendar>").html == '<pre class="letter-calendar">no &lt;calendar&gt;</pre>'


def test_of_many_events_the_first_are_shown():
    assert render_calendar("BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\n" * 25).text.endswith(
        "More: 15 further events in this calendar"
    )


@given(st.text(alphabet='BEGIN:VTDSUMARY;="\n \\,x<0', max_size=200))
def test_any_text_taken_for_a_calendar_becomes_a_sound_fragment(text):
    assert faults_of(render_calendar(f"BEGIN:VEVENT\n{text}\nEND:VEVENT").html) == []
