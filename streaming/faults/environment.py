"""What a platform under faults is set to: thresholds that its scores cross all the time, and short slices."""

from typing import Final

ENVIRONMENT: Final = {
    "DEBUG": "1",
    "DRAIN_SLICE_SECONDS": "2",
    "RISK_LOW_THRESHOLD": "0.0001",
    "RISK_MEDIUM_THRESHOLD": "0.001",
    "RISK_HIGH_THRESHOLD": "0.02",
    "RISK_CRITICAL_THRESHOLD": "0.4",
}
