"""How far tests go that take minutes: all the way on the embedded profile, a short way on the server profile.

Both run in one `make test`, and what is long about these tests is the same on both. FULL_TESTS=yes goes all the way on both.
"""

import os

ALL_THE_WAY = bool(os.environ.get("FULL_TESTS")) or not os.environ.get("DATABASE_URL")
