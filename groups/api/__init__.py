"""Groups, the moderators' queue and the log in the API; put together in config/api.py."""
