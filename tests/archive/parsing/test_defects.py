"""Every defect that is promised is met, and every one that is met is promised."""

import re

from archive.parsing import ParsedMessage, parse_message
from tests.archive.parsing.letters import names, read
from tests.archive.parsing.test_mime import nest


def test_the_defects_that_are_listed_are_those_that_occur():
    listed = set(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+", ParsedMessage.__doc__.partition("in the order met:")[2]))
    met = {defect for name in names() for defect in read(name).defects}
    met |= set(parse_message(nest(200, b"\nx")).defects)
    met |= set(parse_message(b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 6000).defects)
    met |= set(parse_message(b"\nbegin 644 a\n#AAAA\n").defects)
    assert met == listed
