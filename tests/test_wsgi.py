"""What a web process does beyond answering."""

import pytest
from django.db import connection
from django.db.backends.signals import connection_created


@pytest.mark.django_db
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL keeps its pages for itself")
def test_what_each_web_thread_remembers_of_the_database_stays_small():
    from config import wsgi

    try:
        connection_created.send(sender=type(connection), connection=connection)
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA cache_size").fetchone() == (-4000,)
    finally:
        connection_created.disconnect(wsgi.keep_small, dispatch_uid="keep_small")
