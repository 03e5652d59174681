"""The simulated market's past, so that a demonstration's scores are calibrated from its first minute."""

import time

import structlog
from django.conf import settings

from risk import services as risk
from risk.models import InstrumentProfile
from risk.quant.model import default_model
from streaming.feeds.simulated import session_number
from streaming.feeds.simulated_history import simulated_profile
from streaming.services import LINEAGE

logger = structlog.get_logger(__name__)
PARTITION = 0
SESSIONS = 60


def prepare_simulation() -> bool:
    """Make the simulated sessions before the present one known, unless they are; return whether there was work.

    What the worker itself learnt while it ran is kept: only a past that ends earlier than the last whole
    simulated session is made anew, from the simulator's seed.
    """
    now_us = time.time_ns() // 1000
    last = session_number(now_us) - 1
    if InstrumentProfile.objects.filter(lineage=LINEAGE["simulated"], session=last).exists():
        return False
    universe = risk.universe_of(PARTITION)
    instruments = {symbol: instrument.pk for symbol, instrument in risk.instrument_directory().items()}
    session, profile = simulated_profile(
        settings.SIMULATOR_SEED,
        sessions=SESSIONS,
        before_us=now_us,
        instruments=instruments,
        universe=universe,
        model=default_model(),
    )
    risk.store_profile(lineage=LINEAGE["simulated"], session=session, universe=universe, profile=profile)
    logger.info("simulated past made", sessions=SESSIONS, last_session=session)
    return True
