"""Searching letters: `search(text, user=…, group=…)`; `matching_ids` for exports and feeds. Keeping the index up to date: archive.search.indexer."""

from archive.search.searching import Facets, Hit, Results, matching_ids, search

__all__ = ["Facets", "Hit", "Results", "matching_ids", "search"]
