"""Finding groups: categories, a searchable row for each group, and what keeps both true."""
