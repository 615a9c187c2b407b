"""From the letter as it came in to the template that leaves: pure, values in, bytes out."""

from mail.transforms.shaping import shape
from mail.transforms.types import GroupShape

__all__ = ["GroupShape", "shape"]
