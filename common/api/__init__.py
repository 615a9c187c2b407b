"""What every part of the HTTP API shares: problems, pages of lists, limits, the middleware. Knows no app."""
