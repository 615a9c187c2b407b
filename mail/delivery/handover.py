"""Where an archived post is handed over to those who send it out."""

from archive.models import Message
from mail.models import Inbound


def send_on(message: Message, inbound: Inbound) -> int:
    """Order the copies of a post that has just been archived, in the same transaction; returns how many.

    Called once for each post, after it was stored. `mail.delivery.fanout.fan_out` belongs here.
    """
    return 0
