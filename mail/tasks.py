"""Doorbells: one call, nothing else. What must survive stands in rows or in the spool; beat sweeps what was missed."""

from celery import shared_task

from common.alone import Alone
from groups.actions.expiring import expire
from groups.moderation import queue
from mail.bounces import probes, record
from mail.commands import adding
from mail.delivery import reminders
from mail.digests import daily, due, moderators
from mail.inbound import maildir, pipeline
from mail.outbox import claims, send
from mail.review import learning
from mail.voting import mailing

_batches = Alone(adding.work_on_waiting)
_process_waiting = Alone(pipeline.process_waiting)


@shared_task
def drain_spool() -> None:
    """Bring letters that were taken in while the database was away into it."""
    maildir.drain()


@shared_task
def process_inbound() -> None:
    """Judge everything that came in."""
    _process_waiting()


@shared_task
def send_due() -> None:
    """Send the deliveries that are due."""
    send.send_due(record.take_refusals)


@shared_task
def send_digests() -> None:
    """Make the digests, summaries and daily mails whose hour has come."""
    due.send_due()
    daily.send_due()


@shared_task
def heal_mailboxes() -> None:
    """Mailboxes that letters reach again are normal again; the others are asked, now and then. What is old is forgotten."""
    record.heal_the_silent()
    probes.send_due()


@shared_task
def send_reminders() -> None:
    """Send the guidelines of groups whose month has come."""
    reminders.send_due()
    claims.forget_tallies()
    claims.forget_receipts()


@shared_task
def expire_what_waited() -> None:
    """Close confirmations and invitations that nobody answered in time."""
    expire()


@shared_task
def work_on_batches() -> None:
    """Add, or take back, the members of batches that wait."""
    _batches()


@shared_task
def remind_voters() -> None:
    """Remind of polls that close soon."""
    mailing.remind_due()


@shared_task
def remind_moderators() -> None:
    """Remind moderators of what waits, once a day at their hour."""
    moderators.send_due()


@shared_task
def close_overdue() -> None:
    """Close what waited longer than its group allows."""
    queue.sweep()


@shared_task
def learn(inbound_id: int, is_spam: bool) -> None:
    """Show the spam filter what a moderator found."""
    learning.learn(inbound_id, is_spam)
