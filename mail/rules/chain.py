"""What happens to a post. The rules are asked from top to bottom; the first that has something to say decides."""

from mail.rules import (
    administrivia,
    announcements,
    auto_reply,
    ballot,
    banned,
    closed,
    content,
    destination,
    digest_reply,
    duplicate,
    emergency,
    empty,
    empty_return_path,
    forged,
    locked,
    loop,
    moderated_topic,
    moderation,
    moved,
    no_author,
    old_topics,
    own_address,
    posting,
    rates,
    recipients,
    size,
    spam,
    strangers,
    topics,
)
from mail.rules.types import Action, Answer, Post, Rule, Verdict

CHAIN: tuple[Rule, ...] = (
    # What no person sent to the group just now: nobody is told, or two machines would talk for ever.
    Rule("loop", "Has this group seen the letter before?", loop.check),
    Rule("auto-reply", "Did a machine write it?", auto_reply.check),
    Rule("empty-return-path", "Is it a delivery report, or from nobody?", empty_return_path.check),
    Rule("duplicate", "Do we have it already?", duplicate.check),
    # What was meant for a poll's count and went to everybody by "reply to all".
    Rule(ballot.NAME, "Does it answer a poll?", ballot.check),
    # Who may write nothing here, whatever it is.
    Rule("banned", "Is the author, the sender or their domain banned?", banned.check),
    # Who is it really? Before any rule that trusts an address, and before any that answers to one.
    Rule("spam", "Is it spam beyond doubt?", spam.check_certain),
    Rule("no-author", "Does it say who wrote it?", no_author.check),
    Rule("own-address", "Does it claim to come from the group itself?", own_address.check),
    Rule("forged", "Do SPF, DKIM and DMARC bear out who it claims to be from?", forged.check),
    # Is anybody to write here at all?
    Rule("closed", "Is the group locked or retired?", closed.check),
    # What the group's moderators wrote down themselves: before the house's habits, behind who it is.
    Rule("content", "Does a rule of the group's own concern it?", content.check),
    # What it looks like from outside.
    Rule("size", "Is it larger than the group wants?", size.check),
    Rule("recipients", "Does it go to very many addresses?", recipients.check),
    Rule("destination", "Is the group named in To or Cc?", destination.check),
    # Who may post: first people, then the group's own habits.
    Rule("strangers", "Is the author a member?", strangers.check),
    Rule("posting", "What did a moderator decide about this member?", posting.check),
    Rule("announcements", "Do only moderators write here?", announcements.check),
    # Where it would go.
    Rule("locked", "Is the topic it answers locked?", locked.check),
    Rule("moved", "Does it answer a letter that was moved to another group?", moved.check),
    Rule("old-topic", "Does it answer a topic in which nobody wrote for long?", old_topics.check),
    Rule("rates", "Does the author write more often than the group wants?", rates.check),
    # Letters that would annoy everybody; the sender is told how to do it better.
    Rule("digest-reply", "Does it answer a whole digest?", digest_reply.check),
    Rule("administrivia", "Was it meant for the list's machine?", administrivia.check),
    Rule("empty", "Is there anything in it?", empty.check),
    # What a moderator wants to see first.
    Rule("moderation", "Does the group look at every post, or at those of new members?", moderation.check),
    Rule("topics", "Does the group look at new topics?", topics.check),
    Rule("moderated-topic", "Do all replies to this topic wait?", moderated_topic.check),
    Rule("emergency", "Is everything waiting at the moment?", emergency.check),
    Rule("suspicious", "Might it be spam?", spam.check_suspected),
)
ACCEPTED = Verdict(Action.ACCEPT, "accept", "Nothing speaks against it.")


def judge(post: Post) -> Verdict:
    """What becomes of the post: the first rule that has something to say."""
    for rule in CHAIN:
        finding = rule.check(post)
        if finding is not None:
            return Verdict(finding.action, rule.name, finding.reason, finding.to_sender)
    return ACCEPTED


def every_answer(post: Post) -> list[Answer]:
    """What each rule says, also those behind the one that decides."""
    answers = []
    for rule in CHAIN:
        finding = rule.check(post)
        answers.append(Answer(rule.name, finding.action if finding else "no", finding.reason if finding else ""))
    return answers
