"""What a measurement asks of the site itself: each module answers one question, in a process of its own."""
