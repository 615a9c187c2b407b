"""What else happens when a person is suspended, and when that is lifted: apps above register it in the ready() of their apps.py.

Sessions, feeds, tokens and lists of recipients need nothing here: they ask for active people (User.objects.may_act()).
"""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Effect:
    """Both are called in the transaction of the change and say in a few words what they did ("" for nothing)."""

    name: str
    suspended: Callable[[User], str]
    lifted: Callable[[User], str]


EFFECTS: dict[str, Effect] = {}


def register(effect: Effect) -> None:
    EFFECTS[effect.name] = effect
