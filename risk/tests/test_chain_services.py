import json
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from audit.models import AuditEntry
from risk.chain_files import read_chains
from risk.chain_rows import clock_of
from risk.chain_services import Stored, store_chains
from risk.models import ChainSummary, Instrument, OptionQuote
from risk.quant.chain_valuation import Assumptions, value_chains
from risk.tests.chain_factories import (
    STRIKES,
    everything,
    json_document,
    option_row,
    small_market,
    write_csv,
)


def store(path: Path) -> Stored:
    file = read_chains(path)
    valued = value_chains(file.chains, clock=clock_of("NSE"), assumptions=Assumptions(rate=0.065))
    return store_chains(valued, source_file=file.name)


@pytest.mark.django_db
def test_the_same_facts_from_another_file_change_nothing(tmp_path: Path) -> None:
    store(write_csv(tmp_path, small_market()))
    first = everything()

    assert store(write_csv(tmp_path, small_market(), name="again.csv")) == Stored(written=0, unchanged=1, older=0)
    assert everything() == first


@pytest.mark.django_db
def test_a_corrected_file_replaces_the_chain_and_its_quotes(tmp_path: Path) -> None:
    store(write_csv(tmp_path, [*small_market(), option_row(29_000, "CE")]))
    kept = ChainSummary.objects.get().pk

    stored = store(write_csv(tmp_path, small_market(OpnIntrst=130)))

    assert stored == Stored(written=1, unchanged=0, older=0)
    assert ChainSummary.objects.get().pk == kept
    assert not OptionQuote.objects.filter(strike=29_000).exists()
    assert set(OptionQuote.objects.values_list("open_interest", flat=True)) == {2.0}


@pytest.mark.django_db
def test_a_correction_that_moves_no_figure_of_the_summary_is_stored(tmp_path: Path) -> None:
    store(write_csv(tmp_path, small_market()))

    assert store(write_csv(tmp_path, small_market(OpnIntrst=130))).written == 1
    assert set(OptionQuote.objects.values_list("open_interest", flat=True)) == {2.0}


@pytest.mark.django_db
def test_a_correction_that_moves_no_quote_is_stored(tmp_path: Path) -> None:
    store(write_csv(tmp_path, small_market()))

    assert store(write_csv(tmp_path, small_market(UndrlygPric=26_000.0))).written == 1
    assert ChainSummary.objects.get().underlying_price == 26_000


@pytest.mark.django_db
def test_an_earlier_observation_does_not_replace_a_later_one(tmp_path: Path) -> None:
    store(write_csv(tmp_path, small_market()))
    first = everything()
    noon = tmp_path / "noon.json"
    noon.write_text(json.dumps(json_document(timestamp="06-Jan-2026 12:00:00")))

    assert store(noon) == Stored(written=0, unchanged=0, older=1)
    assert everything() == first


@pytest.mark.django_db
def test_a_later_observation_replaces_an_earlier_one(tmp_path: Path) -> None:
    noon = tmp_path / "noon.json"
    noon.write_text(json.dumps(json_document(timestamp="06-Jan-2026 12:00:00")))
    store(noon)

    assert store(write_csv(tmp_path, small_market())).written == 1
    assert ChainSummary.objects.get().source_file.endswith(".csv")


@pytest.mark.django_db
def test_an_alias_is_stored_under_the_instruments_symbol(tmp_path: Path) -> None:
    store(write_csv(tmp_path, small_market(TckrSymb="NIFTY50")))

    row = ChainSummary.objects.get()
    assert (row.symbol, row.instrument) == ("NIFTY", Instrument.objects.get(symbol="NIFTY"))


@pytest.mark.django_db
def test_an_underlying_that_is_no_instrument_is_stored_by_its_symbol(tmp_path: Path) -> None:
    store(write_csv(tmp_path, small_market(TckrSymb="MIDCPNIFTY")))

    row = ChainSummary.objects.get()
    assert (row.symbol, row.instrument) == ("MIDCPNIFTY", None)


@pytest.mark.django_db
def test_an_import_is_audited_once(tmp_path: Path) -> None:
    store(write_csv(tmp_path, small_market()))

    entry = AuditEntry.objects.get(action="option_chains_imported")
    assert entry.detail["chains"] == 1
    assert entry.detail["quotes"] == 2 * len(STRIKES)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "change"),
    [
        (OptionQuote, {"implied_volatility": None}),
        (OptionQuote, {"reason": "stale"}),
        (OptionQuote, {"implied_volatility": 0.0}),
        (ChainSummary, {"discount": None}),
        (ChainSummary, {"forward": None}),
        (ChainSummary, {"atm_volatility": -0.1}),
    ],
)
def test_the_database_refuses_a_figure_without_its_reason(
    tmp_path: Path, model: type[OptionQuote] | type[ChainSummary], change: dict[str, object]
) -> None:
    store(write_csv(tmp_path, small_market()))

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.all().update(**change)
