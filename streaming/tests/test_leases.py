"""Who may drain which partition, on a real server."""

import threading
import time

import pytest
import redis

from streaming import leases
from streaming.leases import Leases

pytestmark = pytest.mark.usefixtures("bus")


def drainer(*partitions: int, client: redis.Redis) -> Leases:
    return Leases(partitions or range(4), client=client)


def test_a_single_drainer_takes_everything(redis_client: redis.Redis) -> None:
    assert drainer(client=redis_client).share() == {0, 1, 2, 3}


def test_a_second_drainer_gets_its_part_without_being_configured(redis_client: redis.Redis) -> None:
    first, second = drainer(client=redis_client), drainer(client=redis_client)
    first.share()

    assert second.share() == frozenset()
    assert len(first.share()) == 2
    assert second.share() == {0, 1, 2, 3} - first.share()


def test_no_partition_has_two_drainers_and_none_is_left(redis_client: redis.Redis) -> None:
    many = [drainer(*range(5), client=redis_client) for _ in range(3)]
    for _ in range(3):
        for one in many:
            one.share()

    shares = [one.share() for one in many]

    assert sorted(partition for share in shares for partition in share) == [0, 1, 2, 3, 4]
    assert sorted(map(len, shares)) == [1, 2, 2]


def test_more_drainers_than_partitions_leave_some_standing_by(redis_client: redis.Redis) -> None:
    first, second = drainer(7, client=redis_client), drainer(7, client=redis_client)
    first.share()

    assert second.share() == frozenset()
    assert first.share() == {7}


def test_who_stands_by_goes_on_where_a_slice_ends(redis_client: redis.Redis) -> None:
    holder, standby = drainer(0, client=redis_client), drainer(0, client=redis_client)
    holder.share()
    threading.Timer(0.1, holder.release).start()

    assert standby.wait(5.0) == {0}


def test_the_partitions_of_a_dead_worker_are_taken_over(
    redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "LEASE_MS", 100)
    dead, alive = drainer(client=redis_client), drainer(client=redis_client)
    dead.share()
    alive.share()
    dead.share()

    deadline = time.monotonic() + 10.0
    while alive.share() != {0, 1, 2, 3}:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_only_the_holder_gives_back(redis_client: redis.Redis) -> None:
    holder, other = drainer(0, client=redis_client), drainer(0, client=redis_client)
    holder.share()

    other.release()

    assert holder.share() == {0}
