"""The way out: rows, copies, sessions with the relay."""
