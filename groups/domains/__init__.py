"""The domains of a site: each with groups, addresses, a directory and a look of its own. A site of one domain has no row here."""
