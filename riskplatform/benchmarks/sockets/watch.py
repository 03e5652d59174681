"""The most memory a server had while a block ran."""

import threading
from types import TracebackType
from typing import Self

from riskplatform.benchmarks.sockets.processes import Server

LOOK_SECONDS = 0.25


class Watch:
    def __init__(self, server: Server) -> None:
        self.most = server.memory_bytes()
        self._server = server
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="memory watch")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            self.most = max(self.most, self._server.memory_bytes())
