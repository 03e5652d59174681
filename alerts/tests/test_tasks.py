"""The notifier's doorbell: one at a time, and the slot is given back."""

import pytest
import redis
from pytest_django import Settings

from accounts.models import User
from accounts.tests.factories import make_user
from alerts import tasks
from alerts.notification_models import Channel
from alerts.notifications.channel_services import send_test
from alerts.outbox_models import Delivery
from alerts.tests.notification_factories import make_channel

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(settings: Settings, redis_url: str, redis_prefix: str) -> str:
    settings.REDIS_URL, settings.REDIS_KEY_PREFIX = redis_url, redis_prefix
    return f"{redis_prefix}lease:notifier"


@pytest.fixture
def waiting(db: None) -> Channel:
    """A channel that is refused at once, and a test that waits for it."""
    asha: User = make_user("analyst")
    channel = make_channel(asha, address="https://localhost/")
    send_test(channel.pk, by=asha)
    return channel


def test_a_ring_works_the_outbox_off_and_gives_the_slot_back(
    key: str, waiting: Channel, redis_client: redis.Redis
) -> None:
    assert tasks.notify() == 1

    assert Delivery.objects.get().state == "dead"
    assert not redis_client.exists(key)


def test_a_second_ring_does_nothing_while_one_works(key: str, waiting: Channel, redis_client: redis.Redis) -> None:
    redis_client.set(key, "another", ex=30)

    assert tasks.notify() == 0

    assert redis_client.get(key) == b"another" and not Delivery.objects.exists()
