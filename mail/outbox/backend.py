"""Django's EMAIL_BACKEND: what the house writes to people becomes rows, in the transaction of the action it tells of."""

from collections.abc import Sequence
from email.utils import parseaddr

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from mail.models import Kind
from mail.outbox.queue import queue_letter


class OutboxBackend(BaseEmailBackend):
    """Queues each message to all its recipients. Bcc stays out of the letter: Django writes none."""

    @transaction.atomic
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        count = 0
        for message in email_messages:
            recipients = [parseaddr(recipient)[1] or recipient for recipient in message.recipients()]
            if recipients:
                self._queue(message, recipients)
                count += 1
        return count

    @staticmethod
    def _queue(message: EmailMessage, recipients: list[str]) -> None:
        letter = message.message()
        queue_letter(
            Kind.NOTICE,
            letter.as_bytes(),  # line ends become CRLF where it is queued
            recipients,
            message_id=str(letter["Message-ID"] or "").strip("<> "),
            subject=str(message.subject),
        )
