"""An order to a worker to die at a step: a file that exactly one process claims."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

EXIT_CODE: Final = 77


@dataclass(frozen=True)
class Orders:
    """The folder in which the orders to a platform's workers lie, one at a time."""

    folder: Path

    @property
    def _open(self) -> Path:
        return self.folder / "die-at"

    def give(self, step: str) -> None:
        """Tell whichever process reaches `step` next to die there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self._open.with_suffix(".draft")
        draft.write_text(step)
        draft.replace(self._open)

    def withdraw(self) -> None:
        self._open.unlink(missing_ok=True)

    @property
    def is_open(self) -> bool:
        """Return whether nobody has died of the order yet."""
        return self._open.exists()

    def obey(self, step: str) -> None:
        """Die here and now, without a farewell, if that is the order and no other process was faster."""
        try:
            if self._open.read_text() != step:
                return
            self._open.rename(self._open.with_suffix(f".{os.getpid()}"))
        except FileNotFoundError:
            return
        os._exit(EXIT_CODE)
