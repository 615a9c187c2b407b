def hide_topic(*a, **k):
    raise NotImplementedError


def destroy_topic(*a, **k):
    raise NotImplementedError


def hidden(*a, **k):
    raise NotImplementedError


def hide(*a, **k):
    raise NotImplementedError


def show_again(*a, **k):
    raise NotImplementedError


def edit(*a, **k):
    raise NotImplementedError


def redact(*a, **k):
    raise NotImplementedError


def history(*a, **k):
    raise NotImplementedError


def destroy(*a, **k):
    raise NotImplementedError
