"""manage.py prepare : everything `make run` needs before the first page, in one process, quick when nothing is to do."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import User
from accounts.sign_in import sign_in_url
from archive.demo import DEMO_OWNER, load_demo, wanted
from common.progress import ProgressBar


class Command(BaseCommand):
    help = "Migrate, collect static files and make the demonstration site where they are missing; print where to go."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="leave an empty site empty")

    def handle(self, *args: Any, **options: Any) -> None:
        self._migrate()
        self._collect_static()
        if wanted() and not options["no_demo"]:
            self.stderr.write("Making the demonstration site…")
            with ProgressBar("Importing", sys.stderr) as bar:
                load_demo(progress=bar.update)
        self.stdout.write(f"  Posthouse is at {settings.SITE_URL}/")
        self._sign_in()

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stderr.write("Preparing the database…")
            call_command("migrate", verbosity=0, interactive=False)

    def _collect_static(self) -> None:
        """Only when a file is newer than the last collection."""
        root = Path(settings.STATIC_ROOT)
        manifest = root / "staticfiles.json"
        newest = max((path.stat().st_mtime for path in Path(settings.BASE_DIR / "static").rglob("*")), default=0)
        if not manifest.exists() or manifest.stat().st_mtime < newest:
            call_command("collectstatic", verbosity=0, interactive=False)

    def _sign_in(self) -> None:
        owner = User.objects.filter(email=DEMO_OWNER).first()
        if owner is not None:
            self.stdout.write(f"  Sign in as {owner.name}, who owns the groups:\n  {sign_in_url(owner, hours=24)}")
