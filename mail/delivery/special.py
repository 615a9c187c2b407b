"""A letter of the group itself to all of its members: one INSERT … SELECT, as the fan-out of a post."""

from django.db import connection
from django.utils import timezone

from groups.models import Group
from mail.delivery.post import group_shape
from mail.models import Kind, Outgoing
from mail.outbox.queue import make_outgoing, queued
from mail.transforms import shape

_INSERT = """
INSERT INTO mail_delivery
    (outgoing_id, membership_id, user_id, address, domain, state, attempts, due_at, status, reply)
WITH wanted AS (
    SELECT m.id, m.user_id, CASE WHEN m.address = '' THEN u.email ELSE m.address END AS address
    FROM groups_membership m
    JOIN accounts_user u ON u.id = m.user_id
    WHERE m.group_id = %(group)s AND u.is_active AND m.paused_at IS NULL
      AND EXISTS (SELECT 1 FROM groups_group k WHERE k.id = m.group_id AND k.taken_down_at IS NULL)
      AND m.delivery <> 'none'
), single AS (
    SELECT w.*, row_number() OVER (PARTITION BY lower(w.address) ORDER BY w.id) AS place
    FROM wanted w
    WHERE NOT EXISTS (SELECT 1 FROM mail_mailbox b WHERE b.address = lower(w.address) AND b.state = 'suspended')
)
SELECT %(outgoing)s, id, user_id, address, lower({domain}), 'queued', 0, %(now)s, '', ''
FROM single WHERE place = 1 ORDER BY id
"""
_DOMAIN = {
    "postgresql": "substr(address, strpos(address, '@') + 1)",
    "sqlite": "substr(address, instr(address, '@') + 1)",
}


def send_to_members(group: Group, raw: bytes, *, subject: str, message_id: str) -> int:
    """Queue the letter for everybody who gets mail at all, in the caller's transaction. Each copy has its member's own link to
    leave. Returns how many copies."""
    template = shape(raw, group_shape(group, subject_tag="", header_text="", footer_text="", reply_to="moderators"))
    outgoing = make_outgoing(Kind.NOTICE, template, group=group, subject=subject, message_id=message_id)
    copies = _copies(outgoing, group)
    queued(outgoing)
    return copies


def _copies(outgoing: Outgoing, group: Group) -> int:
    now = timezone.now()
    values = {
        "group": group.pk,
        "outgoing": outgoing.pk,
        "now": now if connection.vendor == "postgresql" else str(now.replace(tzinfo=None)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT.format(domain=_DOMAIN[connection.vendor]), values)
        return cursor.rowcount
