"""The index of words: a table that only its own database knows how to make."""

from django.db import migrations

from groups.directory.index import MAKE


def make(apps, schema_editor):
    for statement in MAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def remove(apps, schema_editor):
    schema_editor.execute("DROP TABLE directory_marks")


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]

    operations = [migrations.RunPython(make, remove, elidable=False)]
