"""What the search index still has to learn. Written in the same transaction as the change itself; rows go when it has."""

from django.db import models


class IndexJob(models.Model):
    """Bring the documents of messages `first_id`…`last_id` in line with the database (absent or hidden: removed)."""

    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"index {self.first_id} to {self.last_id}"
