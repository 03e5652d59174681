"""What stored option chains say of an underlying: the figures that the score reads."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from risk.models import ChainSummary

RANK_DAYS: Final = 252
LOOK_BACK: Final = timedelta(days=400)  # calendar days that surely hold 252 trading days
# At least two calendar days away: an expiry of tomorrow is never further than 1.3 days, at any trading hour.
NEAREST_YEARS: Final = 1.5 / 365
DAY_BEFORE: Final = timedelta(days=5)  # a long weekend lies between; what is older is not the day before


@dataclass(frozen=True)
class ImpliedFacts:
    """The nearest expiry at least two calendar days away, on the newest stored day; volatilities per year.

    `rank` is the share of the other stored days, up to 252 in all, whose ATM volatility was lower, a tie counting
    half; None where there is no other day.  `rank_days` counts the days it rests on, this one included.
    `atm_volatility_before` is that of the stored day before, None where there is none within five days.
    """

    atm_volatility: float
    years: float
    term_slope: float | None
    skew_25: float | None
    quotes: int
    trading_date: date
    rank: float | None
    rank_days: int
    atm_volatility_before: float | None = None


def implied_facts(symbols: Collection[str], as_of: date, *, exchange: str = "NSE") -> dict[str, ImpliedFacts]:
    """Return the facts of each symbol, from its newest chains at or before the date.

    A symbol without any in the last 400 days is absent.  One query.  The caller judges from
    `trading_date` whether the figures are too old.
    """
    rows = (
        ChainSummary.objects.filter(
            exchange=exchange,
            symbol__in=symbols,
            trading_date__lte=as_of,
            trading_date__gt=as_of - LOOK_BACK,
            atm_volatility__isnull=False,
            years__gte=NEAREST_YEARS,
        )
        .annotate(place=Window(RowNumber(), partition_by=["symbol", "trading_date"], order_by=F("expiry").asc()))
        .filter(place=1)
        .order_by("symbol", "-trading_date")
    )
    by_symbol: dict[str, list[ChainSummary]] = {}
    for row in rows:
        by_symbol.setdefault(row.symbol, []).append(row)
    return {symbol: _facts(days[:RANK_DAYS]) for symbol, days in by_symbol.items()}


def _facts(days: list[ChainSummary]) -> ImpliedFacts:
    newest, *others = days
    levels = [row.atm_volatility for row in others if row.atm_volatility is not None]
    level = newest.atm_volatility
    if level is None or newest.years is None:
        raise ValueError(f"a chain without an ATM volatility cannot be ranked: {newest}")
    below = sum(other < level for other in levels) + 0.5 * sum(other == level for other in levels)
    return ImpliedFacts(
        atm_volatility=level,
        years=newest.years,
        term_slope=newest.term_slope,
        skew_25=newest.skew_25,
        quotes=newest.quotes_used,
        trading_date=newest.trading_date,
        rank=below / len(levels) if levels else None,
        rank_days=len(days),
        atm_volatility_before=_day_before(newest, others),
    )


def _day_before(newest: ChainSummary, others: list[ChainSummary]) -> float | None:
    is_known = bool(others) and newest.trading_date - others[0].trading_date <= DAY_BEFORE
    return others[0].atm_volatility if is_known else None
