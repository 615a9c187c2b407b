"""What people report to those who run the site, what these do about it, and the log of everything they do."""
