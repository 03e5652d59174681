"""How sending can fail: with hope, or without."""

from datetime import timedelta


class Trouble(Exception):
    """It may go better another time; `retry_after` is what the receiver asked for."""

    def __init__(self, reason: str, *, retry_after: timedelta = timedelta(0)) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class Refused(Exception):
    """It will not go better: trying again would only repeat the refusal."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
