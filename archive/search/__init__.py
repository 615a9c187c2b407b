"""Searching letters: `search(text, user=…, group=…)`, and `matching_ids` for exports and feeds.

Keeping the index up to date is archive.search.indexer's work.
"""

from archive.search.searching import Facets, Hit, Results, matching_ids, search

__all__ = ["Facets", "Hit", "Results", "matching_ids", "search"]
