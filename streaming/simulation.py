"""The simulated market's past, so that a demonstration's scores are calibrated from its first minute."""

import time

import structlog
from django.conf import settings

from risk import history_services as history
from risk import services as risk
from streaming.feed_process import instrument_ids
from streaming.feeds.simulated import session_number
from streaming.feeds.simulated_history import with_simulated_sessions
from streaming.services import LINEAGE

logger = structlog.get_logger(__name__)
SESSIONS = 60


def prepare_simulation() -> bool:
    """Make the simulated sessions before the present one known, unless they are; return whether there was work.

    What the worker learnt while it ran is kept: only sessions that nobody was there for are made, from the
    simulator's seed, and no more of them than a profile remembers.
    """
    lineage, universe = LINEAGE["simulated"], risk.whole_universe()
    present = session_number(time.time_ns() // 1000)
    known = history.newest_profile_session(lineage=lineage, before=present)
    first = max(known + 1, present - SESSIONS)
    if first == present:
        return False
    is_continued = first == known + 1
    profile, past = history.load_profile(lineage=lineage, session=known if is_continued else 0, universe=universe)
    profile, past = with_simulated_sessions(
        profile,
        past,
        settings.SIMULATOR_SEED,
        numbers=range(first, present),
        instruments=instrument_ids(),
    )
    history.store_profile(lineage=lineage, session=present - 1, profile=profile, past=past)
    logger.info("simulated past made", sessions=present - first, last_session=present - 1)
    return True
