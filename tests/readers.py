"""What readers do beside asking for pages."""

from django.core.signals import request_finished
from django.db import close_old_connections
from django.http import StreamingHttpResponse


def break_off(download: StreamingHttpResponse) -> None:
    """The reader goes away in the middle: the server closes the response (PEP 3333).

    Closing ends the request, and with it would go the connection that holds the test's own transaction. Django's client
    spares it for responses that are read to their end only.
    """
    request_finished.disconnect(close_old_connections)
    try:
        download.close()
    finally:
        request_finished.connect(close_old_connections)
