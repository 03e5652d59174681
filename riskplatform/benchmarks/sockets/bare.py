"""`python -m riskplatform.benchmarks.sockets.bare PORT RATE FILE`: the library `websockets` alone, broadcasting.

No application, no stores, no log-in: the least that a Python server does for the same frames.
"""

import asyncio
import os
import sys
import time
from pathlib import Path

import orjson
from websockets.asyncio.server import ServerConnection, broadcast, serve

from riskplatform.benchmarks.sockets.descriptors import raise_limit
from riskplatform.benchmarks.sockets.publisher import records


async def main(port: int, rate: float, file: Path) -> None:
    raise_limit()
    file.write_text(str(os.getpid()))
    connections: set[ServerConnection] = set()

    async def keep(connection: ServerConnection) -> None:
        connections.add(connection)
        try:
            await connection.wait_closed()
        finally:
            connections.discard(connection)

    async with serve(keep, "127.0.0.1", port, compression=None):
        while True:
            await asyncio.sleep(1 / rate)
            message = {"type": "risk_batch", "data": records(time.time_ns() // 1000)}
            broadcast(connections, orjson.dumps(message).decode())


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3])))
