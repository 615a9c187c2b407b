"""The whole API under made-up requests: never an accident of ours, and every answer as the document says.

The same short run each time; API_FUZZ_EXAMPLES makes it as long as one likes (docs/api.md).
"""

import os

import pytest

from tests.api.filled import filled_site
from tests.api.fuzz import fuzz

EXAMPLES = int(os.environ.get("API_FUZZ_EXAMPLES", "6"))


@pytest.mark.slow
@pytest.mark.timeout(0 if "API_FUZZ_EXAMPLES" in os.environ else 300)
@pytest.mark.django_db
@pytest.mark.parametrize("who", ["operator", "stranger"])
def test_made_up_requests_find_no_accident(who):
    found = fuzz(filled_site().get(who, ""), EXAMPLES)
    assert not found, "\n\n".join(found)
