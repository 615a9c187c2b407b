import pytest

from archive.parsing.hashtags import as_hashtag, hashtags_in


@pytest.mark.parametrize(
    ("subject", "tags"),
    [
        ("#harvest Potatoes are in", ["harvest"]),
        ("Re: [gardeners] #Harvest and #harvest, #Früh-Beet", ["harvest", "früh-beet"]),
        ("Plot #12, issue #1234", []),
        ("C# or F#? See https://x.example/#top &#39;", []),
        ("＃harvest is no tag, #２０２６ernte is", ["2026ernte"]),
        ("#" + "x" * 41, []),
        ("#a #b #c #d #e #f", ["a", "b", "c", "d", "e"]),
        ("#-", []),
        ("", []),
    ],
)
def test_hashtags_in_subjects(subject, tags):
    assert hashtags_in(subject) == tags


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        (" #Harvest ", "harvest"),
        ("early bed", "early-bed"),
        ("12", ""),
        ("", ""),
        ("a#b", ""),
        ("#a #b", ""),
        ("x/y", ""),
    ],
)
def test_a_tag_as_people_type_it(typed, tag):
    assert as_hashtag(typed) == tag
