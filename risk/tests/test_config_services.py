import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import User
from accounts.tests.factories import make_user
from audit.models import AuditEntry
from risk import config_services as configuration
from risk.config_models import ConfigVersion
from risk.configuration import RiskConfig, Version
from riskplatform.lib import broadcast

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return make_user("admin")


def raise_high(by: User, to: float = 0.85) -> ConfigVersion:
    return configuration.change(values={"high_threshold": to}, reason="too many alerts", by=by)


def test_before_any_version_is_stored_the_environment_is_in_force(settings: Settings) -> None:
    settings.RISK_THRESHOLDS = (0.2, 0.4, 0.6, 0.7)

    assert configuration.in_force().config.thresholds == (0.2, 0.4, 0.6, 0.7)
    assert not ConfigVersion.objects.exists()


@pytest.mark.parametrize("thresholds", [(0.3, 0.5, 0.8, 0.9), (0.1, 0.2, 0.3, 0.4), (0.5, 0.51, 0.52, 0.53)])
def test_initial_exits_fit_any_thresholds_of_the_environment(settings: Settings, thresholds: tuple[float, ...]) -> None:
    settings.RISK_THRESHOLDS = thresholds

    config = configuration.initial_config()

    assert configuration.proposed(config.values(), base=RiskConfig()) == config


def test_the_environments_default_thresholds_have_the_default_exits() -> None:
    assert configuration.initial_config() == RiskConfig()


def test_a_change_is_a_new_version_with_its_author_reason_and_difference(admin: User) -> None:
    stored = raise_high(admin)

    assert configuration.in_force() == (2, stored.config)
    assert (stored.author_name, stored.reason) == ("admin", "too many alerts")
    assert stored.changes == [{"name": "high_threshold", "before": 0.8, "after": 0.85}]
    assert ConfigVersion.objects.get(pk=1).config == RiskConfig()


def test_a_change_is_audited_in_its_own_transaction(admin: User) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        raise_high(admin)
        raise RuntimeError("power cut")
    raise_high(admin)

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_name, entry.object_type, entry.object_id) == (
        "config_changed", "admin", "config", "2"
    )  # fmt: skip
    assert entry.detail["changes"] == [{"name": "high_threshold", "before": 0.8, "after": 0.85}]


def test_browsers_are_told_on_commit(
    admin: User,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    sent: list[tuple[str, list[dict[str, object]]]] = []
    monkeypatch.setattr(broadcast, "publish", lambda kind, payload: sent.append((kind, payload)))

    with django_capture_on_commit_callbacks(execute=True):
        raise_high(admin)
        assert sent == []

    assert sent == [("config", [{"version": 2, "thresholds": [0.3, 0.5, 0.85, 0.9], "stale_after_seconds": 60}])]


def test_values_that_are_in_force_already_are_refused(admin: User) -> None:
    with pytest.raises(configuration.NothingChanges, match="version 1"):
        raise_high(admin, to=0.8)


def test_a_change_based_on_an_older_version_is_refused(admin: User) -> None:
    raise_high(admin)

    with pytest.raises(configuration.ConfigMoved, match="version 2 by now, not 1"):
        configuration.change(values={"high_threshold": 0.7}, reason="x", by=admin, based_on=1)


def test_a_wrong_value_stores_nothing(admin: User) -> None:
    with pytest.raises(configuration.ConfigInvalid) as refusal:
        raise_high(admin, to=0.4)

    assert {problem.name for problem in refusal.value.problems} == {"high_threshold", "high_exit"}
    assert not ConfigVersion.objects.filter(pk=2).exists()


def test_rolling_back_makes_a_new_version_with_the_old_values(admin: User) -> None:
    raise_high(admin)

    stored = configuration.roll_back(to=1, reason="it was better before", by=admin)

    assert (stored.number, stored.rolled_back_to, stored.config) == (3, 1, RiskConfig())
    assert AuditEntry.objects.filter(action="config_rolled_back", object_id="3").count() == 1


def test_rolling_back_to_a_version_that_is_not_there_is_missing(admin: User) -> None:
    with pytest.raises(configuration.VersionMissing):
        configuration.roll_back(to=7, reason="x", by=admin)


def test_a_stored_version_is_never_changed(admin: User) -> None:
    stored = raise_high(admin)

    with pytest.raises(TypeError, match="never changed"):
        stored.save()


def test_two_authors_at_once_cannot_both_have_a_number(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    raise_high(admin)
    stale = Version(1, RiskConfig())
    monkeypatch.setattr(configuration, "in_force", lambda: stale)  # as read before the other's commit

    with pytest.raises(configuration.ConfigMoved, match="just now"):
        raise_high(admin, to=0.82)
