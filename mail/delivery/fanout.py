"""Who gets a copy of a post: one INSERT … SELECT, whatever the size of the group; memory stays flat.

Everything is said in the query below, and repeated in docs/mail/outgoing.md. Of two memberships with one address the older gets
the copy.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection
from django.utils import timezone

from archive.models import Message
from mail.models import Outgoing

_INSERT = """
INSERT INTO mail_delivery
    (outgoing_id, membership_id, user_id, address, domain, attachments_kb, state, attempts, due_at, status, reply)
WITH latest AS (
    SELECT c.user_id, c.wish, row_number() OVER (PARTITION BY c.user_id ORDER BY c.at DESC, c.id DESC) AS place
    FROM mail_topicchoice c JOIN archive_message t ON t.id = c.message_id
    WHERE t.thread_id = %(thread)s
), tagged AS (
    SELECT h.user_id, min(h.wish) AS wish  -- follow comes before mute
    FROM mail_hashtagchoice h
    JOIN archive_tagging g ON g.hashtag_id = h.hashtag_id AND g.holds
    JOIN archive_message t ON t.id = g.message_id
    WHERE t.thread_id = %(thread)s
    GROUP BY h.user_id
), wanted AS (
    SELECT m.id, m.user_id, m.skip_addressed, m.attachments_kb, m.plain_text,
           CASE WHEN m.address = '' THEN u.email ELSE m.address END AS address
    FROM groups_membership m
    JOIN accounts_user u ON u.id = m.user_id
    LEFT JOIN latest c ON c.user_id = m.user_id AND c.place = 1
    LEFT JOIN tagged h ON h.user_id = m.user_id
    WHERE m.group_id = %(group)s
      AND u.is_active
      AND EXISTS (SELECT 1 FROM groups_group k WHERE k.id = m.group_id AND k.taken_down_at IS NULL)
      AND m.paused_at IS NULL
      AND (m.away_until IS NULL OR m.away_until <= %(now)s OR m.away_from > %(now)s)
      AND (u.away_until IS NULL OR u.away_until <= %(now)s OR u.away_from > %(now)s)
      AND EXISTS (SELECT 1 FROM archive_thread r WHERE r.id = %(thread)s AND (
          (r.reach = 'usual'
           AND (coalesce(c.wish, h.wish) = 'follow' OR (coalesce(c.wish, h.wish) IS NULL AND m.delivery = 'every')))
          OR (r.reach = 'followers' AND coalesce(c.wish, h.wish) = 'follow')
      ))
      AND (m.own_posts OR NOT (m.user_id {among_authors}))
), single AS (
    SELECT w.*, row_number() OVER (PARTITION BY lower(w.address) ORDER BY w.id) AS place
    FROM wanted w
    WHERE NOT (w.skip_addressed AND lower(w.address) {among_addressed})
      AND NOT EXISTS (
          SELECT 1 FROM mail_mailbox b WHERE b.address = lower(w.address) AND b.state = 'suspended'
      )
)
SELECT {variant}, id, user_id, address, lower({domain}), {limit}, 'queued', 0, %(now)s, '', ''
FROM single WHERE place = 1 ORDER BY id
"""
_POSTGRES = {
    "among_authors": "= ANY(%(authors)s::bigint[])",
    "among_addressed": "= ANY(%(addressed)s::text[])",
    "domain": "substr(address, strpos(address, '@') + 1)",
}
_SQLITE = {
    "among_authors": "IN (SELECT value FROM json_each(%(authors)s))",
    "among_addressed": "IN (SELECT value FROM json_each(%(addressed)s))",
    "domain": "substr(address, instr(address, '@') + 1)",
}


def fan_out(
    message: Message,
    outgoing: Outgoing,
    *,
    authors: Collection[int] = (),
    addressed: Collection[str] = (),
    variants: Mapping[int, Outgoing] | None = None,
    plain: Outgoing | None = None,
) -> int:
    """Make a delivery for each member who wants this post. `authors`: accounts the post is by; `addressed`: who is in To or Cc,
    small letters; `variants`: for members who set that limit (KB), the letter with larger attachments as links; `plain`: the
    letter for those who want plain text and nothing else."""
    variants = variants or {}
    on_postgres = connection.vendor == "postgresql"
    now = timezone.now()
    values: dict[str, Any] = {
        "thread": message.thread_id,
        "group": message.group_id,
        "authors": list(authors) if on_postgres else json.dumps(list(authors)),
        "addressed": list(addressed) if on_postgres else json.dumps(list(addressed)),
        "now": now if on_postgres else str(now.replace(tzinfo=None)),
    }
    words = {**(_POSTGRES if on_postgres else _SQLITE), **_choice(outgoing, variants, plain)}
    with connection.cursor() as cursor:
        cursor.execute(_INSERT.format(**words), values)
        return cursor.rowcount


def _choice(outgoing: Outgoing, variants: Mapping[int, Outgoing], plain: Outgoing | None) -> dict[str, str]:
    """Which letter a member gets, by what they set: whole numbers of ours only."""
    cases = [f"WHEN plain_text THEN {int(plain.pk)}"] if plain is not None else []
    cases += [f"WHEN attachments_kb = {int(limit)} THEN {int(each.pk)}" for limit, each in variants.items()]
    if not cases:
        return {"variant": str(int(outgoing.pk)), "limit": "NULL"}
    limits = ", ".join(str(int(limit)) for limit in variants)
    return {
        "variant": f"CASE {' '.join(cases)} ELSE {int(outgoing.pk)} END",
        "limit": f"CASE WHEN attachments_kb IN ({limits}) THEN attachments_kb END" if limits else "NULL",
    }
