"""The mails that the house sends in a group's name, in words of the group's own: `variants_of` for those who let a moderator
choose at the time, `common.notices.send(…, variant=…)` for those who send."""

from groups.notices.kinds import KINDS, Kind
from groups.notices.words import HOUSE, Variant, variants_of

__all__ = ["HOUSE", "KINDS", "Kind", "Variant", "variants_of"]
