"""Alice owns the group, Bob is a member of it, Charlie is a stranger to it."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from accounts.models import User
from common.shared import Shared
from groups.directory.tree import forget_tree
from groups.models import ArchiveAccess, Group, Visibility
from scripts import migrated
from tests import builders

# A machine that does more than this is slow, and nothing is wrong with what is tested.
hypothesis.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("house")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that the last minutes are not one test's alone."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """`make test` migrates once for all processes; what each has is a copy."""
    return migrated.is_shared()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    if not migrated.is_shared():
        return
    name, server = connection.creation._get_test_db_name(), os.environ.get("DATABASE_URL", "")
    if server:
        migrated.say(server, f"CREATE DATABASE {name} TEMPLATE {migrated.migrated_database(server)}")
    else:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(migrated.migrated_file(), name)


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    cache.clear()
    forget_tree()  # its number begins again where a test is rolled back
    for each in Shared.every.values():
        each.seed()
    yield


@pytest.fixture(autouse=True)
def _own_index(settings: Any, tmp_path: Path) -> None:
    """Tests side by side must neither wait for one writer nor find each other's letters."""
    settings.SEARCH_INDEX_DIR = tmp_path / "index"


@pytest.fixture
def alice(db: Any) -> User:
    return builders.make_user("Alice Owner")


@pytest.fixture
def bob(db: Any) -> User:
    return builders.make_user("Bob Member")


@pytest.fixture
def charlie(db: Any) -> User:
    return builders.make_user("Charlie Stranger")


@pytest.fixture
def group(alice: User, bob: User) -> Group:
    """A group that everybody may find and read."""
    return builders.make_group("gardeners", owner=alice, members=[bob], name="Riverside Gardeners")


@pytest.fixture
def members_group(alice: User, bob: User) -> Group:
    """A group that everybody may find and only members may read."""
    return builders.make_group(
        "committee", owner=alice, members=[bob], name="The Committee", archive_access=ArchiveAccess.MEMBERS
    )


@pytest.fixture
def private_group(alice: User, bob: User) -> Group:
    """A group that only its members know of."""
    return builders.make_group(
        "plans",
        owner=alice,
        members=[bob],
        name="Secret Plans",
        summary="What only members know",
        visibility=Visibility.PRIVATE,
        archive_access=ArchiveAccess.MEMBERS,
    )


@pytest.fixture
def signed_in(db: Any) -> Callable[[User], Client]:
    """signed_in(bob) is a browser in which Bob is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
