"""Domains of the site: made, changed, and groups moved to them. Every process knows from the commit on."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from groups.actions.log import note
from groups.domains.models import Domain
from groups.domains.sites import sites
from groups.models import Action, Group


@transaction.atomic
def save_domain(domain: Domain, owners: list[User], **values: Any) -> dict[str, Any]:
    """Keep what was said of a domain, new or known; returns what changed as {field: [old, new]}."""
    before = {name: getattr(domain, name) for name in values}
    held = sorted(domain.owners.values_list("email", flat=True)) if domain.pk else []
    for name, value in values.items():
        setattr(domain, name, value)
    domain.changed_at = timezone.now()
    domain.save()
    domain.owners.set(owners)
    sites.changed()
    changes = {
        name: [before[name], value] for name, value in values.items() if before[name] != value and name != "logo"
    }
    now = sorted(owner.email for owner in owners)
    return changes | ({"owners": [held, now]} if held != now else {})


@transaction.atomic
def move_to_domain(*, group: Group, by: User, domain: Domain | None) -> bool:
    """The group's address, links and signature are of that domain from now on. Its letters stay; mail to the site's first domain
    still reaches it. False where it lives there already."""
    now = Group.objects.select_for_update(of=("self",)).select_related("domain").get(pk=group.pk)
    if now.domain == domain:
        return False
    Group.objects.filter(pk=group.pk).update(domain=domain, changed_at=timezone.now())
    details = {"domain": [str(now.domain or ""), str(domain or "")]}
    note(Action.SETTINGS_CHANGED, group=group, by=by, details=details)
    group.refresh_from_db()
    return True


@transaction.atomic
def remove_domain(domain: Domain) -> bool:
    """False where groups live there: they must be moved first."""
    if Group.objects.filter(domain=domain).exists():
        return False
    domain.delete()
    sites.changed()
    return True
