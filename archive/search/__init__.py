"""Searching letters: `search(text, user=…, group=…)`, its facets alone, and everything `matching` for exports.

Keeping the index up to date is archive.search.indexer's work.
"""

from archive.search.facets import Facets, facets_of
from archive.search.matching import matching
from archive.search.searching import Hit, Results, search

__all__ = ["Facets", "Hit", "Results", "facets_of", "matching", "search"]
