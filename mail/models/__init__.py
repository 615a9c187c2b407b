from mail.models.bounce import BounceEvent, Category, Incident, Mailbox, MailboxState, SeenDomain
from mail.models.digest import DailyMark, DigestMark, TopicChoice, TopicWish
from mail.models.hashtag import HashtagChoice
from mail.models.inbound import Door, Inbound, InboundState, Spooled
from mail.models.outbound import Delivery, DeliveryState, Kind, Outgoing, Relay, SendClaim, SentTally, SigningKey

__all__ = [
    "BounceEvent",
    "Category",
    "DailyMark",
    "Delivery",
    "DeliveryState",
    "DigestMark",
    "Door",
    "HashtagChoice",
    "Inbound",
    "InboundState",
    "Incident",
    "Kind",
    "Mailbox",
    "MailboxState",
    "Outgoing",
    "Relay",
    "SeenDomain",
    "SendClaim",
    "SentTally",
    "SigningKey",
    "Spooled",
    "TopicChoice",
    "TopicWish",
]
