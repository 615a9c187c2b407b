"""Members, one's own membership, and writing letters, in the API; put together in config/api.py."""
