import subprocess
import sys

import pytest

from riskplatform import heap

HOLES = """
import ctypes, os
from riskplatform.heap import Trimmer
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
blocks = [ctypes.c_void_p(libc.malloc(20_000)) for _ in range(2_000)]  # 40 MB, too small to be mapped apart
for block in blocks: ctypes.memset(block, 1, 20_000)
for block in blocks[:-1]: libc.free(block)  # the last one keeps the heap from shrinking
resident = lambda: int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
before = resident()
Trimmer().after_task()
print(before - resident())
"""


@pytest.mark.skipif(heap._trim is None or sys.platform != "linux", reason="another allocator than glibc's")
def test_free_pages_below_a_block_in_use_are_given_back() -> None:
    freed = int(subprocess.run([sys.executable, "-c", HOLES], capture_output=True, text=True, check=True).stdout)

    assert freed > 30_000_000


def test_it_is_done_once_in_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(heap, "_trim", asked.append)
    now = iter([100.0, 159.0, 161.0])
    monkeypatch.setattr(heap.time, "monotonic", lambda: next(now))
    trimmer = heap.Trimmer(every=60.0)

    for _ in range(3):
        trimmer.after_task()

    assert asked == [0, 0]


def test_every_task_of_a_worker_asks() -> None:
    from celery.signals import task_postrun

    from riskplatform import celery

    receivers = [receiver for _, receiver in task_postrun.receivers]

    assert celery.app.main == "riskplatform"
    assert any(getattr(receiver, "__self__", None).__class__ is heap.Trimmer for receiver in receivers)
