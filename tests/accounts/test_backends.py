"""Whoever comes with a session is known on every page, for as long as they may be."""

import pytest
from django.contrib.auth import authenticate, get_user
from django.test import Client

from accounts.models import User
from tests.builders import make_user


@pytest.mark.django_db
def test_a_person_is_known_by_one_query_until_they_are_locked_out(client: Client, django_assert_num_queries):
    alice = make_user()
    client.force_login(alice)
    with django_assert_num_queries(1):
        assert client.session.get("_auth_user_backend") == "accounts.backends.PasswordBackend"
        assert get_user(client) == alice  # type: ignore[arg-type]
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert not get_user(client).is_authenticated  # type: ignore[arg-type]
    alice.delete()
    assert not get_user(client).is_authenticated  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_password_opens_the_door_by_any_spelling_of_the_address():
    bob = User.objects.create_user("bob@example.org", "a long enough password")
    assert authenticate(None, email="BOB@example.org", password="a long enough password") == bob
    assert authenticate(None, email="bob@example.org", password="another password") is None
