"""Why a tick is refused, or accepted with a warning: the words that runs, samples and docs/feeds.md use."""

from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """Why a tick is refused.

    The first group is about lines that are no tick, the second about ticks that only their receipt or their neighbours
    give away; `streaming.feeds` judges both where it reads lines.  `streaming.validation` judges the third for every
    feed, in this order.
    """

    TOO_LARGE = "too_large"
    EMPTY = "empty"
    NOT_UTF8 = "not_utf8"
    MALFORMED = "malformed"  # not one JSON object, or a time that is none
    DUPLICATE_KEY = "duplicate_key"
    UNKNOWN_FIELD = "unknown_field"
    MISSING_FIELD = "missing_field"
    WRONG_TYPE = "wrong_type"
    DELISTED_SYMBOL = "delisted_symbol"
    WRONG_TIME_UNIT = "wrong_time_unit"  # seconds, milliseconds or nanoseconds

    WRONG_TIME_ZONE = "wrong_time_zone"  # none is said, or Indian clock time passes for UTC, or the reverse
    PRICE_JUMP = "price_jump"  # far from the price before, and not confirmed yet

    UNKNOWN_SYMBOL = "unknown_symbol"
    NOT_FINITE = "not_finite"  # the price is NaN or infinite, or another number is infinite
    NON_POSITIVE_PRICE = "non_positive_price"
    NEGATIVE_NUMBER = "negative_number"  # a quote, quantity, volume or open interest below zero
    OUT_OF_RANGE = "out_of_range"  # a number that no market has, and that the store could not hold
    EPOCH_TIMESTAMP = "epoch_timestamp"
    OTHER_DAY = "other_day"
    OUTSIDE_SESSION = "outside_session"  # the session holds its opening instant, not its closing instant
    FUTURE_TIMESTAMP = "future_timestamp"  # stamped more than the tolerance after it was received
    DUPLICATE = "duplicate"  # equal in every field to the instrument's previous row
    LATE = "late"  # older than the instrument's newest
    VOLUME_FELL = "volume_fell"  # the day's volume is below that of the instrument's previous row in time order


class Remark(StrEnum):
    """What is odd about an accepted tick."""

    CROSSED_BOOK = "crossed_book"  # the bid lies above the ask; the price counts, the quotes measure no spread


REASONS: Final = tuple(Reason)
CODE: Final = {reason: code for code, reason in enumerate(REASONS)}
