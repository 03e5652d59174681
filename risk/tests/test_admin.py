"""The operators' tool: facts are read, instruments change with a trace."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import make_user
from audit.models import AuditEntry
from risk.models import Instrument, SymbolAlias
from risk.tests.rows import LONG_AGO, make_instruments, store_latest, store_record

pytestmark = pytest.mark.django_db

FACTS = ("riskrecord", "latestrisk", "minuterollup", "hourrollup", "marketrollup")


@pytest.fixture
def operator(client: Client) -> Client:
    user = make_user("admin")
    user.is_staff = user.is_superuser = True
    user.save()
    client.force_login(user)
    return client


def store_scores(symbols: tuple[str, ...]) -> None:
    for number, instrument in enumerate(make_instruments(symbols), start=1):
        store_record(instrument, record_id=64 * number, instant=LONG_AGO)
        store_latest(instrument, record_id=64 * number, instant=LONG_AGO)


@pytest.mark.parametrize("model", FACTS)
def test_facts_are_listed_with_as_many_queries_for_ten_as_for_one(operator: Client, model: str) -> None:
    counts = []
    for symbols in (("A",), tuple("BCDEFGHIJK")):
        store_scores(symbols)
        with CaptureQueriesContext(connection) as queries:
            assert operator.get(f"/admin/risk/{model}/").status_code == 200
        counts.append(len(queries))
        assert not any("COUNT(" in query["sql"] and model in query["sql"] for query in queries)
        connection.cursor().execute("DELETE FROM risk_riskrecord")

    assert counts[0] == counts[1]


@pytest.mark.parametrize("model", FACTS)
def test_facts_cannot_be_added(operator: Client, model: str) -> None:
    assert operator.get(f"/admin/risk/{model}/add/").status_code == 403


@pytest.mark.parametrize("model", ["riskrecord", "latestrisk", "minuterollup", "hourrollup"])
def test_facts_are_found_by_symbol(operator: Client, model: str) -> None:
    store_scores(("AAA", "BBB"))

    page = operator.get(f"/admin/risk/{model}/?q=aaa").content.decode()

    assert ("AAA" in page, "BBB" in page) == (True, False)


def instrument_form(**changes: object) -> dict[str, object]:
    facts: dict[str, object] = {"name": "New name", "exchange": "NSE", "kind": "share", "is_active": "on"}
    forms = {f"aliases-{name}_FORMS": number for name, number in (("TOTAL", 1), ("INITIAL", 0))}
    return {**facts, **forms, "aliases-0-alias": "", "aliases-0-source": "", **changes}


def test_a_changed_instrument_is_audited_with_what_changed(operator: Client) -> None:
    instrument = make_instruments(("AAA",))[0]

    form = instrument_form(**{"aliases-0-alias": "TRIPLE", "aliases-0-source": "test"})
    response = operator.post(f"/admin/risk/instrument/{instrument.pk}/change/", form)

    assert response.status_code == 302
    assert SymbolAlias.objects.get(alias="TRIPLE").instrument == instrument
    details = [entry.detail for entry in AuditEntry.objects.filter(action="instrument_changed").order_by("sequence")]
    assert (details[0]["before"], details[0]["after"]) == ({"name": "Aaa"}, {"name": "New name"})
    assert details[1]["aliases_stored"] == ["TRIPLE"]


def test_saving_without_a_change_leaves_no_trace(operator: Client) -> None:
    instrument = make_instruments(("AAA",))[0]

    operator.post(f"/admin/risk/instrument/{instrument.pk}/change/", instrument_form(name="Aaa"))

    assert not AuditEntry.objects.filter(object_type="instrument").exists()


def test_a_new_instrument_is_audited(operator: Client) -> None:
    operator.post("/admin/risk/instrument/add/", instrument_form(symbol="NEW", partition="0"))

    entry = AuditEntry.objects.get(action="instrument_added")
    assert entry.object_id == str(Instrument.objects.get(symbol="NEW").pk)


def test_a_removed_alias_is_audited(operator: Client) -> None:
    alias = SymbolAlias.objects.create(alias="TRIPLE", instrument=make_instruments(("AAA",))[0], source="test")

    operator.post(f"/admin/risk/symbolalias/{alias.pk}/delete/", {"post": "yes"})

    assert not SymbolAlias.objects.filter(pk=alias.pk).exists()
    assert AuditEntry.objects.get(action="instrument_changed").detail["aliases_removed"] == ["TRIPLE"]
