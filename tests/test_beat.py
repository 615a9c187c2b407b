"""What beat rings for is there: a task without its decorator would never be noticed."""

import pytest
from celery import current_app
from django.conf import settings


@pytest.mark.parametrize("entry", settings.CELERY_BEAT_SCHEDULE.values(), ids=lambda entry: entry["task"])
def test_every_task_of_the_schedule_is_known(entry):
    current_app.loader.import_module(entry["task"].rpartition(".")[0])
    assert entry["task"] in current_app.tasks
