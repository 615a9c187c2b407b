"""The lists of the queue walk an index in order: no plan sorts everything that waits."""

import pytest
from django.db import connection
from django.http import QueryDict

from common import bulk
from common.paging import window_of
from groups.models import Role, Waiting
from groups.moderation import queue
from groups.moderation.queue import Filters, Part
from groups.permissions import Standing
from tests.groups.moderation.test_queue import many

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("filters", [Filters(), Filters(kind="letter"), Filters(quiet=True), Filters(claimed="free")])
@pytest.mark.parametrize("cursor", ["", "after=5f5e100.1", "before=ffffffffffffff.1"])
def test_a_page_is_read_off_an_index(group, alice, filters, cursor):
    many(group, 3000)
    bulk.refresh_statistics(Waiting)
    rows = Part(group, Standing(role=Role.OWNER)).rows(filters, alice)
    plan = window_of(rows, QueryDict(cursor), field="since", size=queue.ROWS_A_PAGE, descending=False).explain()
    assert "groups_waiting_" in plan
    walked = plan.replace("Incremental Sort", "")  # of rows of one moment, where everything is of one group
    assert "Sort  (" not in walked and "TEMP B-TREE" not in walked, connection.vendor
