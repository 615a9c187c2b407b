def settings(*a, **k):
    raise NotImplementedError


def merge(*a, **k):
    raise NotImplementedError


def move(*a, **k):
    raise NotImplementedError


def changes(*a, **k):
    raise NotImplementedError


def undo(*a, **k):
    raise NotImplementedError


def split(*a, **k):
    raise NotImplementedError
