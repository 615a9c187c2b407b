"""The page of a group's guidelines."""

import pytest

from groups.models import Group

pytestmark = pytest.mark.django_db
URL = "/g/{}/guidelines/"


@pytest.fixture(autouse=True)
def _written(group, private_group):
    Group.objects.update(guidelines="# Be kind\n\n<script>alert(1)</script>")


def test_everybody_reads_them_before_joining(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        page = client.get(URL.format("gardeners")).content.decode()
    assert "<h2>Be kind</h2>" in page and "<script>alert" not in page
    for path in ("/g/gardeners/", "/g/gardeners/join/"):
        assert "/g/gardeners/guidelines/" in client.get(path).content.decode()


def test_those_of_a_private_group_are_its_members(client, signed_in, bob):
    assert client.get(URL.format("plans")).status_code == 404
    assert signed_in(bob).get(URL.format("plans")).status_code == 200


def test_a_group_without_any_has_no_such_page_and_no_link_to_it(client):
    Group.objects.update(guidelines="")
    assert client.get(URL.format("gardeners")).status_code == 404
    assert "guidelines" not in client.get("/g/gardeners/").content.decode()
