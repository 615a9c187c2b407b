"""Every address that takes commands, and who carries them out. mail.apps hands this table to the dispatcher."""

from collections.abc import Callable

from groups.actions.joining import is_suspended
from mail.addressing import Address, Kind
from mail.commands import choices, help, joining, leaving, moderating, owners, saying_yes, topics
from mail.commands.asker import Asker
from mail.inbound.dispatch import Handler
from mail.inbound.incoming import Incoming
from mail.inbound.posts import Outcome

Carry = Callable[[Asker], Outcome]


def _request(asker: Asker) -> Outcome:
    """+request: the letter says what is wanted; help where it says nothing."""
    command = help.read_request(asker)
    if command.verb == "confirm":
        return saying_yes.confirm(asker, command.token)
    if command.verb not in COMMANDS:
        return help.send_help(asker)
    asker.verb = command.verb
    return COMMANDS[command.verb](asker)


COMMANDS: dict[str, Carry] = {
    "subscribe": joining.subscribe,
    "unsubscribe": leaving.unsubscribe,
    **dict.fromkeys(choices.WORDS, choices.choose),
    "follow": topics.follow_or_mute,
    "mute": topics.follow_or_mute,
    "help": help.send_help,
}


ALWAYS = (leaving.unsubscribe, leaving.leave_by_token, choices.stop_daily)  # whoever it is, less mail can be had


def _for_people(carry: Carry) -> Handler:
    """What programs send is noted and left: no answer of theirs confirms anything or is answered."""

    def handle(incoming: Incoming, address: Address) -> Outcome:
        asker = Asker(incoming, address)
        if asker.machine:
            return asker.ignored(f"No person sent it: {asker.machine}.")
        if carry not in ALWAYS and asker.author and is_suspended(asker.author):
            return asker.ignored(f"{asker.author} is suspended on the whole site.")
        return carry(asker)

    return handle


def _for_owners(incoming: Incoming, address: Address) -> Outcome:
    return owners.forward(Asker(incoming, address))  # asks the rules itself


HANDLERS: dict[tuple[Kind, str], Handler] = {
    **{(Kind.COMMAND, word): _for_people(carry) for word, carry in COMMANDS.items()},
    (Kind.COMMAND, "request"): _for_people(_request),
    (Kind.COMMAND, "owner"): _for_owners,
    (Kind.TOKEN, "confirm"): _for_people(saying_yes.confirm),
    (Kind.TOKEN, "moderate"): _for_people(moderating.moderate),
    (Kind.TOKEN, "leave"): _for_people(leaving.leave_by_token),
    (Kind.TOKEN, "daily"): _for_people(choices.stop_daily),
}
