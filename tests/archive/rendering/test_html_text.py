"""The words of HTML mail as plain text."""

import pytest

from archive.rendering.htmltext import text_of
from archive.rendering.sanitise import clean


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("<div>one</div><div>&nbsp;</div><div>two</div>", "one\n\ntwo"),
        ("<div>one</div><div><br></div><div>two</div>", "one\n\ntwo"),
        ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
        ("  one \n\t two  ", "one two"),
        ("a<b>b</b> <i>c</i>", "ab c"),
        ("<ul><li>one</li><li>two<ul><li>three</li></ul></li></ul>", "* one\n* two\n\n  * three"),
        ("<ol><li>one<li>two</ol>after", "1. one\n2. two\n\nafter"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "a\tb\nc\td"),
        ("<pre>  a\n    b</pre>", "  a\n    b"),
        ("<blockquote type=cite>one<br>two</blockquote>three", "> one\n> two\n\nthree"),
        ("<blockquote type=cite>a<blockquote type=cite>b</blockquote></blockquote>", "> a\n>\n> > b"),
        ("<style>x</style><script>y</script>z", "z"),
        ('<span style="display:none">x</span>y', "y"),
        ('<img src="https://a.example/x.png" alt="a tree"> grows', "[a tree] grows"),
        ("&lt;b&gt; &amp;amp; &eacute;", "<b> &amp; é"),
        ("one<hr>two", "one\n--------------------\ntwo"),
        ("", ""),
    ],
)
def test_text_is_laid_out_as_a_reader_would_see_it(text, words):
    lines = [line.rstrip() for line in text_of(clean(text)).split("\n")]
    assert "\n".join(lines) == words
