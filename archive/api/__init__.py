"""Topics, letters, attachments and search in the API; put together in config/api.py."""
