"""Where no relay is set: each copy becomes a file, so that sign-in mail can be read on a machine that sends none."""

from collections.abc import Generator, Iterable
from pathlib import Path

from django.utils import timezone

from mail.outbox.session import Answer, Copy, SessionLost, Stage

KEPT = Answer(250, "2.0.0", "kept as a file", Stage.END)


class FileSession:
    """Looks like a session with a relay that takes everything."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_open = False
        self._count = 0

    def open(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._lost(error) from None
        self.is_open = True

    def close(self) -> None:
        self.is_open = False

    def is_alive(self) -> bool:
        return self.is_open

    def send(self, copies: Iterable[Copy]) -> Generator[tuple[Copy, Answer]]:
        for copy in copies:
            try:
                self._keep(copy)
            except OSError as error:
                raise self._lost(error) from None
            yield copy, KEPT

    def _keep(self, copy: Copy) -> None:
        """Under another name first: whoever looks into the folder finds whole letters only."""
        self._count += 1
        name = f"{timezone.now():%Y%m%d-%H%M%S-%f}-{self._count}"
        new = self.folder / f".{name}.new"
        envelope = f"Return-Path: <{copy.sender}>\r\nX-Envelope-To: {copy.recipient}\r\n"
        new.write_bytes(envelope.encode() + copy.content)
        new.rename(self.folder / f"{name}.eml")

    @staticmethod
    def _lost(error: OSError) -> SessionLost:
        return SessionLost(Answer(0, "", f"Letters cannot be kept as files: {error}", Stage.CONNECT))
