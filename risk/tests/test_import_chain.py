import json
from io import StringIO
from math import log
from pathlib import Path

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.tests.factories import make_user
from risk.models import ChainSummary, Instrument, OptionQuote
from risk.tests.chain_factories import (
    EXPIRY,
    LATER,
    SPOT,
    STRIKES,
    everything,
    forward_to,
    json_document,
    market_rows,
    option_row,
    small_market,
    smile_of,
    write_csv,
)


def run(*arguments: object) -> str:
    out = StringIO()
    call_command("import_chain", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_an_import_stores_summaries_and_quotes(tmp_path: Path) -> None:
    run(write_csv(tmp_path, market_rows()))

    near, far = ChainSummary.objects.order_by("expiry")
    assert (near.symbol, near.exchange, near.expiry, far.expiry) == ("NIFTY", "NSE", EXPIRY, LATER)
    assert near.instrument == Instrument.objects.get(symbol="NIFTY")
    assert float(near.forward or 0) == pytest.approx(forward_to(EXPIRY), abs=1e-4)
    assert (near.forward_source, float(near.underlying_price or 0)) == ("future", SPOT)
    assert near.atm_volatility == pytest.approx(float(smile_of(EXPIRY).volatility(0.0)), abs=1e-4)
    assert near.quotes_used == len(STRIKES)
    assert (near.refused, near.flags, near.source_file) == ({}, [], "BhavCopy_NSE_FO_0_0_0_20260106_F_0000.csv")
    assert f"{near.observed_at:%Y-%m-%d %H:%M} {near.expires_at:%Y-%m-%d %H:%M}" == "2026-01-06 10:00 2026-01-27 10:00"
    quote = near.quotes.get(strike=26_000, option_type="call")
    assert (quote.lot_size, quote.open_interest, quote.volume, quote.reason) == (65, 100.0, 500, "")
    true = smile_of(EXPIRY).volatility(log(26_000 / forward_to(EXPIRY)))
    assert quote.implied_volatility == pytest.approx(float(true), abs=1e-4)
    assert (quote.bid, quote.ask, quote.published_volatility) == (None, None, None)
    assert OptionQuote.objects.count() == 4 * len(STRIKES)


@pytest.mark.django_db
def test_a_quote_without_a_volatility_says_why(tmp_path: Path) -> None:
    run(write_csv(tmp_path, [*small_market(), option_row(29_000, "CE", TtlTradgVol=0)]))

    quote = OptionQuote.objects.get(strike=29_000)
    assert (quote.implied_volatility, quote.reason) == (None, "stale")
    assert ChainSummary.objects.get().refused == {"stale": 1}


@pytest.mark.django_db
def test_importing_a_file_twice_changes_nothing(tmp_path: Path) -> None:
    path = write_csv(tmp_path, market_rows())
    run(path)
    first = everything()

    told = run(path)

    assert everything() == first
    assert "Stored: 0 chains; 2 unchanged" in told


@pytest.mark.django_db
def test_the_report_tells_forwards_smiles_and_refusals(tmp_path: Path) -> None:
    rows = [*market_rows(), option_row(29_000, "CE", TtlTradgVol=0), option_row(29_100, "CE", StrkPric="x")]

    told = run(write_csv(tmp_path, rows), "--json", tmp_path / "r.json", "--html", tmp_path / "r.html")

    (file,) = json.loads((tmp_path / "r.json").read_text())["files"]
    page = (tmp_path / "r.html").read_text()
    assert "Rows refused: bad strike 1" in told
    assert "Quotes without a volatility: stale 1" in told
    assert (file["refused_rows"], file["refused_quotes"]) == ({"bad_strike": 1}, {"stale": 1})
    assert file["lines"][0]["forward_source"] == "future"
    assert file["lines"][0]["atm_volatility"] == pytest.approx(float(smile_of(EXPIRY).volatility(0.0)), abs=1e-4)
    assert file["lines"][1]["term_slope"] is None
    assert file["stored"] == {"written": 2, "unchanged": 0, "older": 0}
    assert "2026-01-27" in page
    assert "stale 1" in page


@pytest.mark.django_db
def test_the_report_compares_with_published_volatilities_in_words(tmp_path: Path) -> None:
    document = json_document()
    for row in document["records"]["data"]:
        row["CE"]["impliedVolatility"] = 13.0
    path = tmp_path / "chain.json"
    path.write_text(json.dumps(document))

    told = " ".join(run(path, "--json", tmp_path / "r.json", "--html", tmp_path / "r.html").split())

    compared = json.loads((tmp_path / "r.json").read_text())["files"][0]["lines"][0]["published"]
    assert compared["contracts"] > 40
    assert compared["black76_contracts"] > 30
    assert 0.0 < compared["exchange_convention"] < 5.0
    assert "Black-Scholes on the spot, at 10 % a year" in told
    assert "Black-Scholes on the spot" in (tmp_path / "r.html").read_text()


@pytest.mark.django_db
def test_a_report_alone_stores_nothing(tmp_path: Path) -> None:
    told = run(write_csv(tmp_path, small_market()), "--report-only")

    assert "Stored" not in told
    assert not ChainSummary.objects.exists()


@pytest.mark.django_db
def test_a_file_that_cannot_be_read_is_named_and_spoils_nothing_else(tmp_path: Path) -> None:
    report = tmp_path / "report.json"

    with pytest.raises(CommandError, match=r"not imported: absent\.csv: .*does not exist"):
        run(tmp_path / "absent.csv", write_csv(tmp_path, small_market()), "--json", report)

    assert ChainSummary.objects.count() == 1
    assert json.loads(report.read_text())


@pytest.mark.django_db
@pytest.mark.parametrize("rate", ["6.5", "nan"])
def test_a_rate_in_per_cent_is_refused(tmp_path: Path, rate: str) -> None:
    with pytest.raises(CommandError, match="decimal per year"):
        run(write_csv(tmp_path, small_market()), "--rate", rate)


@pytest.mark.parametrize("model", [ChainSummary, OptionQuote])
def test_chains_cannot_be_edited_by_hand(model: type[ChainSummary] | type[OptionQuote]) -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    admin = site.get_model_admin(model)

    allowed = (
        admin.has_add_permission(request),
        admin.has_change_permission(request),
        admin.has_delete_permission(request),
    )

    assert allowed == (False, False, False)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["chainsummary", "optionquote"])
def test_the_admin_lists_chains(tmp_path: Path, client: Client, name: str) -> None:
    run(write_csv(tmp_path, small_market()))

    client.force_login(make_user("admin"))
    page = client.get(reverse(f"admin:risk_{name}_changelist"), {"q": "NIFTY"})

    assert page.status_code == 200
    assert "NIFTY 2026-01-27" in page.content.decode() or "Jan. 27, 2026" in page.content.decode()
