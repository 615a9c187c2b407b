"""Disjoint sets and forests over small integers, without recursion."""


class Sets:
    """Disjoint sets (union-find); the lowest member stands for its set."""

    __slots__ = ("up",)

    def __init__(self, count: int) -> None:
        self.up = list(range(count))

    def find(self, member: int) -> int:
        up = self.up
        while up[member] != member:
            up[member] = up[up[member]]
            member = up[member]
        return member

    def join(self, one: int, other: int) -> int:
        """Make one set of two and return the member that now stands for it."""
        low, high = self.find(one), self.find(other)
        if low > high:
            low, high = high, low
        self.up[high] = low
        return low


def summits(parent: list[int]) -> list[int]:
    """The root above each member of a forest (itself for a root); parent is -1 for roots. Linear in the forest."""
    summit = [-1] * len(parent)
    for start in range(len(parent)):
        trail = []
        at = start
        while summit[at] < 0 and parent[at] >= 0:
            trail.append(at)
            at = parent[at]
        top = summit[at] if summit[at] >= 0 else at
        summit[at] = top
        for passed in trail:
            summit[passed] = top
    return summit


def top_down(parent: list[int]) -> list[int]:
    """All members of a forest, every parent before its children."""
    children: list[list[int]] = [[] for _ in parent]
    order = []
    for member, above in enumerate(parent):
        if above < 0:
            order.append(member)
        else:
            children[above].append(member)
    for member in order:  # grows while it is walked
        order.extend(children[member])
    return order
