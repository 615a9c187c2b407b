"""manage.py sign_in_link EMAIL : print a link that signs this person in once. For the operator, who can do everything anyway."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.sign_in import sign_in_url

HOURS = 24


class Command(BaseCommand):
    help = f"Print a link that signs a person in once, within {HOURS} hours."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--json", action="store_true", help="print one line of JSON: email, url, hours")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody with the address {options['email']} may sign in here.")
        url = sign_in_url(user, hours=HOURS)
        self.stdout.write(json.dumps({"email": user.email, "url": url, "hours": HOURS}) if options["json"] else url)
