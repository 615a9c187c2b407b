from mail.models.bounce import BounceEvent, Category, Incident, Mailbox, MailboxState, SeenDomain
from mail.models.digest import DailyMark, DigestMark, TopicChoice, TopicWish
from mail.models.edit import Edit
from mail.models.hashtag import HashtagChoice
from mail.models.inbound import Door, Inbound, InboundState, Spooled
from mail.models.outbound import Delivery, DeliveryState, Kind, Outgoing, Relay, SendClaim, SentTally, SigningKey
from mail.models.poll import PollLetter
from mail.models.reminder import ReminderMark
from mail.models.report import Report, Settled, Why
from mail.models.rule import ContentRule, Then

__all__ = [
    "BounceEvent",
    "Category",
    "ContentRule",
    "DailyMark",
    "Delivery",
    "DeliveryState",
    "DigestMark",
    "Door",
    "Edit",
    "HashtagChoice",
    "Inbound",
    "InboundState",
    "Incident",
    "Kind",
    "Mailbox",
    "MailboxState",
    "Outgoing",
    "PollLetter",
    "Relay",
    "ReminderMark",
    "Report",
    "SeenDomain",
    "SendClaim",
    "SentTally",
    "Settled",
    "SigningKey",
    "Spooled",
    "Then",
    "TopicChoice",
    "TopicWish",
    "Why",
]
