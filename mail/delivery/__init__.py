"""Who gets what of a post, and sending it on."""
