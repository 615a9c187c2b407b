"""The broker made of files, for a house without Redis: bells appear in the folder whole, and are heard at once.

kombu's own writes into a file that stands in the folder already: a worker that looks in that moment reads half a bell, and falls.
"""

from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps

POLL = 0.05  # seconds between two looks into the folder: a listing of an empty one takes some 20 microseconds


class Channel(filesystem.Channel):
    """Files that are written elsewhere and renamed into the folder."""

    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]  # as kombu names them
        """Under a name that no queue has first, then renamed."""
        folder = Path(self.data_folder_out)
        name = f"{round(monotonic() * 1000)}_{uuid4()}.{queue}.msg"
        new = folder / f".{name}.new"
        try:
            new.write_text(dumps(payload), "utf-8")
            new.rename(folder / name)
        except OSError as error:
            raise ChannelError(f"Cannot add the bell {name} to {folder}: {error}") from error


class Transport(filesystem.Transport):
    Channel = Channel
    polling_interval = POLL
