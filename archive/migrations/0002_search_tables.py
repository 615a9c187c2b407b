"""Tables of the `postgres` search engine. Other databases do not need them: their engines keep an index in a folder."""

from django.db import migrations

MAKE = """
CREATE TABLE archive_searchdocument (
    message_id bigint PRIMARY KEY,
    group_id bigint NOT NULL,
    thread_id bigint NOT NULL,
    number bigint NOT NULL,
    sent_at bigint NOT NULL,
    year smallint NOT NULL,
    author_id bigint NOT NULL,
    transfer_id bigint NOT NULL,
    has_attachment boolean NOT NULL,
    words tsvector NOT NULL
);
CREATE INDEX archive_searchdocument_words ON archive_searchdocument USING gin (words);
CREATE INDEX archive_searchdocument_group ON archive_searchdocument (group_id, sent_at);
CREATE INDEX archive_searchdocument_date ON archive_searchdocument (sent_at);
CREATE INDEX archive_searchdocument_thread ON archive_searchdocument (thread_id);
CREATE TABLE archive_searchword (word text COLLATE "C" PRIMARY KEY, letters integer NOT NULL);
CREATE TABLE archive_searchstate (format text PRIMARY KEY, last_id bigint NOT NULL, filled boolean NOT NULL);
"""

REMOVE = "DROP TABLE archive_searchdocument; DROP TABLE archive_searchword; DROP TABLE archive_searchstate;"


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(MAKE)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REMOVE)


class Migration(migrations.Migration):
    dependencies = [("archive", "0001_initial")]

    operations = [migrations.RunPython(make, remove, elidable=False)]
