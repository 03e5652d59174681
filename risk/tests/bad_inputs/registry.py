"""All entries of the audit, by name."""

from typing import Final

from risk.tests.bad_inputs import (
    chains,
    days,
    evaluation,
    feature_tables,
    features,
    fitting,
    fold,
    forecasts,
    losses,
    market_facts,
    models,
    options,
    profiles,
    records,
    resampling,
    smiles,
    time,
    volatilities,
    windows,
)

MODULES: Final = (
    *(
        chains,
        days,
        evaluation,
        feature_tables,
        features,
        fitting,
        fold,
        forecasts,
        losses,
        market_facts,
        models,
        options,
    ),
    *(profiles, records, resampling, smiles, time, volatilities, windows),
)
LISTED: Final = [entry for module in MODULES for entry in module.ENTRIES]
ENTRIES: Final = {entry.name: entry for entry in LISTED}
