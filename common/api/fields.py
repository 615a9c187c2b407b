"""Kinds of values that the API takes, narrow enough for every database."""

from typing import Annotated

from ninja import Field, Path, Query
from pydantic import AfterValidator

from common.text import LARGEST, storable

LONGEST_QUERY = 1000


def _without_refused(text: str) -> str:
    if storable(text) != text:
        raise ValueError("There is a character in it that no text has (NUL, or half of a pair)")
    return text


Text = Annotated[str, AfterValidator(_without_refused)]
Line = Annotated[str, Field(max_length=1000), AfterValidator(_without_refused)]
Key = Annotated[int, Path(ge=0, le=LARGEST)]
Number = Annotated[int, Path(ge=0, le=2**31 - 1)]
Words = Annotated[str, Query(max_length=LONGEST_QUERY), AfterValidator(_without_refused)]
