"""The walk over the chain betrays every kind of tampering, and names the first entry that does not fit."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from audit import services, verification
from audit.models import AuditEntry, ChainHead, Checkpoint
from audit.tests.tampering import as_owner, cut_off_after, execute, record_three, rewrite_from, tamper
from audit.verification import Verification, checkpoint_file, verify

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    settings.RISK_HOME = tmp_path
    yield tmp_path


@pytest.fixture
def five() -> list[AuditEntry]:
    """Five entries, signed after the fourth."""
    first = record_three()
    fourth = services.record(action="test", actor_name="asha")
    services.checkpoint()
    return [*first, fourth, services.record(action="test")]


def test_an_untouched_chain_holds(five: list[AuditEntry]) -> None:
    assert verify() == Verification(entries=5, checkpoints=2)  # one stored, one in the file


def test_an_empty_chain_holds() -> None:
    assert verify() == Verification(entries=0)


def swap_two(entries: list[AuditEntry]) -> None:
    with as_owner():
        execute("UPDATE audit_auditentry SET sequence = %s WHERE id = %s", 99, entries[1].pk)
        execute("UPDATE audit_auditentry SET sequence = %s WHERE id = %s", 2, entries[2].pk)
        execute("UPDATE audit_auditentry SET sequence = %s WHERE id = %s", 3, entries[1].pk)


def insert_one(entries: list[AuditEntry]) -> None:
    """Put an entry with a proper hash between the second and the third."""
    with as_owner():
        for entry in reversed(entries[2:]):
            execute("UPDATE audit_auditentry SET sequence = %s WHERE id = %s", entry.sequence + 1, entry.pk)
        made = AuditEntry(
            sequence=3, action="invented", previous_hash=entries[1].hash, at=datetime(2026, 1, 1, tzinfo=UTC)
        )
        made.hash = made.expected_hash()
        AuditEntry.objects.bulk_create([made])


def rewrite_everything(entries: list[AuditEntry]) -> None:
    """Write every entry anew, and sign the checkpoint again with a key that is not ours."""
    rewrite_from(1, actor_name="mallory")
    fourth = AuditEntry.objects.get(sequence=4)
    with as_owner():
        Checkpoint.objects.update(hash=fourth.hash, signature="0" * 64)


def replay_an_old_copy(entries: list[AuditEntry]) -> None:
    """Put the tables back as they were after the third entry, checkpoints included: only the file knows better."""
    cut_off_after(3)
    with as_owner():
        Checkpoint.objects.all().delete()


TAMPERINGS: dict[str, tuple[Callable[[list[AuditEntry]], None], int, str]] = {
    "edit an actor": (
        lambda e: tamper("UPDATE audit_auditentry SET actor_name = %s WHERE id = %s", "mallory", e[1].pk), 2, "chain"),
    "edit a time": (
        lambda e: tamper("UPDATE audit_auditentry SET at = %s WHERE id = %s", LONG_AGO, e[0].pk), 1, "chain"),
    "edit a detail": (
        lambda e: tamper("UPDATE audit_auditentry SET detail = %s WHERE id = %s", '{"n": 7}', e[2].pk), 3, "chain"),
    "edit a hash": (
        lambda e: tamper("UPDATE audit_auditentry SET hash = %s WHERE id = %s", "f" * 64, e[1].pk), 2, "chain"),
    "delete the first": (lambda e: tamper("DELETE FROM audit_auditentry WHERE id = %s", e[0].pk), 1, "chain"),
    "delete one in the middle": (lambda e: tamper("DELETE FROM audit_auditentry WHERE id = %s", e[2].pk), 3, "chain"),
    "delete the last": (lambda e: tamper("DELETE FROM audit_auditentry WHERE id = %s", e[4].pk), 5, "head"),
    "swap two": (swap_two, 2, "chain"),
    "insert one": (insert_one, 4, "chain"),
    "cut off the tail and set the head back": (lambda e: cut_off_after(3), 4, "checkpoint"),
    "rewrite from one on, with fresh hashes": (lambda e: rewrite_from(2, actor_name="mallory"), 4, "checkpoint"),
    "rewrite all and sign again": (rewrite_everything, 4, "checkpoint"),
    "delete the stored checkpoints": (lambda e: tamper("DELETE FROM audit_checkpoint"), 4, "checkpoint"),
    "put back an old copy": (replay_an_old_copy, 4, "checkpoint"),
}  # fmt: skip


@pytest.mark.parametrize("way", TAMPERINGS)
def test_tampering_is_found_and_the_first_broken_entry_named(five: list[AuditEntry], way: str) -> None:
    act, broken, check = TAMPERINGS[way]

    act(five)

    found = verify()
    assert (found.broken, found.check) == (broken, check), found.reason


def test_a_checkpoint_kept_elsewhere_finds_what_all_copies_here_agree_on(five: list[AuditEntry], home: Path) -> None:
    elsewhere = home / "kept-by-the-auditor.jsonl"
    elsewhere.write_bytes(checkpoint_file().read_bytes())
    replay_an_old_copy(five)
    checkpoint_file().unlink()

    assert verify().broken is None  # nothing here remembers
    assert (verify(extra=elsewhere).broken, verify(extra=elsewhere).check) == (4, "checkpoint")


def test_a_checkpoint_signed_with_another_key_is_refused(five: list[AuditEntry], settings: Settings) -> None:
    settings.AUDIT_SIGNING_KEY = "another key"

    assert verify().reason == "the stored checkpoint about it is not signed with our key"


def test_a_former_key_still_counts(five: list[AuditEntry], settings: Settings) -> None:
    settings.AUDIT_FORMER_SIGNING_KEYS = [settings.AUDIT_SIGNING_KEY]
    settings.AUDIT_SIGNING_KEY = "the key that came after"

    assert verify().broken is None


def test_an_append_during_the_walk_is_no_break(five: list[AuditEntry], monkeypatch: pytest.MonkeyPatch) -> None:
    stands = verification.standing()
    services.record(action="login")
    monkeypatch.setattr(verification, "standing", lambda: stands)

    assert verify() == Verification(entries=5, checkpoints=2)


@pytest.mark.parametrize("way", ["edit an actor", "edit a hash", "delete one in the middle", "delete the last"])
def test_what_does_not_hold_is_not_signed(way: str) -> None:
    act, _, _ = TAMPERINGS[way]
    act([*record_three(), services.record(action="test"), services.record(action="test")])

    with pytest.raises(services.ChainBroken, match="is not signed"):
        services.checkpoint()

    assert not Checkpoint.objects.exists() and not checkpoint_file().exists()


def test_a_chain_that_went_back_is_not_signed(five: list[AuditEntry]) -> None:
    cut_off_after(3)

    with pytest.raises(CommandError, match="the head is at entry 3, entry 4 is signed already"):
        call_command("audit_checkpoint")


def test_nothing_new_is_not_signed_again(five: list[AuditEntry]) -> None:
    assert services.checkpoint() is not None
    assert services.checkpoint() is None
    assert list(Checkpoint.objects.values_list("sequence", flat=True)) == [4, 5]


def test_the_file_of_checkpoints_is_its_owners_alone(five: list[AuditEntry]) -> None:
    assert checkpoint_file().stat().st_mode & 0o777 == 0o600


def test_the_command_names_the_first_broken_entry_and_the_check(five: list[AuditEntry]) -> None:
    tamper("UPDATE audit_auditentry SET action = 'x' WHERE id = %s", five[1].pk)

    with pytest.raises(CommandError, match=r"breaks at entry 2 \(chain\): its content does not match its hash"):
        call_command("verify_audit")


def test_the_command_says_when_the_chain_holds(five: list[AuditEntry]) -> None:
    out = io.StringIO()

    call_command("verify_audit", stdout=out)

    assert out.getvalue() == "The audit chain holds: 5 entries, 2 checkpoints.\n"


def test_a_file_of_checkpoints_that_is_none_is_named(five: list[AuditEntry], home: Path) -> None:
    (home / "x").write_text("nonsense\n")

    with pytest.raises(CommandError, match=r"line 1 of .* is not a checkpoint"):
        call_command("verify_audit", checkpoints=home / "x")


def test_the_checkpoint_command_says_what_it_signed() -> None:
    record_three()
    out = io.StringIO()

    call_command("audit_checkpoint", stdout=out)
    call_command("audit_checkpoint", stdout=out)

    assert out.getvalue().startswith("Entry 3 is signed")
    assert "Nothing was appended" in out.getvalue()
    assert ChainHead.objects.get().sequence == 3
