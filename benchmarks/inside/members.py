"""Makes a group with so many members, quickly."""

from typing import Any

from django.contrib.auth.hashers import make_password

from accounts.models import User
from common import bulk
from groups.models import Group, Membership


def answer(asked: dict[str, Any]) -> int:
    group = Group.objects.create(slug=asked["slug"], name=asked["slug"].title())
    nobody = make_password(None)
    users = [User(email=f"{asked['slug'][:3]}{n}@d{n % 50}.example", password=nobody) for n in range(asked["count"])]
    User.objects.bulk_create(users, 1000)
    Membership.objects.bulk_create([Membership(group=group, user=user) for user in users], 1000)
    bulk.refresh_statistics(User, Membership)
    return len(users)
