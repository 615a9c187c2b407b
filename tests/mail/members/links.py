"""Links out of the mails that were sent."""

import re

from django.core import mail as outbox


def _last(address: str, pattern: str) -> str:
    bodies = [str(each.body) for each in outbox.outbox if address in each.to]
    return [match[0] for body in bodies for match in re.finditer(pattern, body)][-1]


def confirm_link(address: str) -> str:
    return _last(address, r"/mail/confirm/\w+/")


def invitation_link(address: str) -> str:
    return _last(address, r"/mail/invitation/\w+/")


def leave_link(address: str) -> str:
    return _last(address, r"/mail/leave/\w+/")
