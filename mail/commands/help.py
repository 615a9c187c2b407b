"""+help, and +request, whose command stands in the subject or in the first lines (RFC 2142 §6)."""

from groups.models import Visibility
from mail.addressing import list_address
from mail.commands.asker import Asker
from mail.commands.reading import Command, read_command
from mail.inbound.posts import Outcome


def read_request(asker: Asker) -> Command:
    return read_command("request", asker.subject, asker.visible)


def send_help(asker: Asker) -> Outcome:
    """Tell a member, or whoever sent it, what there is to write. A private group tells its members alone."""
    group, membership = asker.group, asker.membership
    if membership is None and group.visibility == Visibility.PRIVATE:
        return asker.ignored("A stranger to a private group is told nothing of it.")
    if membership is None:
        answered = asker.answer_stranger("help", _links(asker))
    else:
        answered = not asker.is_disowned and asker.may_be_answered(membership.mail_address)
        if answered:
            asker.answer("help", membership.mail_address, {**_links(asker), "membership": membership})
    return asker.done(
        "Help was sent." if answered else "No help was sent: too many answers today, or a doubtful address."
    )


def _links(asker: Asker) -> dict[str, object]:
    words = ("subscribe", "unsubscribe", "every", "digest", "summary", "special", "nomail", "owner", "follow", "mute")
    addresses = {word: list_address(asker.group, word) for word in words}
    return {"home": asker.group.url, "to": addresses}
