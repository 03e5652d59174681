"""Errors that people may read: a code for machines, a sentence for people, and what kind of refusal it is."""


class DomainError(Exception):
    """A rule of the product refused what was asked.  Subclasses name the rule in `code`."""

    code = "refused"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def more(self) -> dict[str, object]:
        """Return what else the answer says, beside code and sentence."""
        return {}


class Invalid(DomainError):
    """What was asked cannot be meant (HTTP 400)."""

    code = "invalid"


class NotAuthenticated(DomainError):
    """Nobody, or not who they say (HTTP 401)."""

    code = "not_authenticated"


class Forbidden(DomainError):
    """Known, but not allowed (HTTP 403)."""

    code = "forbidden"


class Missing(DomainError):
    """There is no such thing (HTTP 404)."""

    code = "not_found"


class Conflict(DomainError):
    """The thing is in another state than the request supposes (HTTP 409)."""

    code = "conflict"


class Unavailable(DomainError):
    """A part that is needed does not answer (HTTP 503)."""

    code = "unavailable"


class TooMany(DomainError):
    """Asked more often than is allowed; may be asked again after `retry_after_seconds` (HTTP 429)."""

    code = "too_many_requests"

    def __init__(self, sentence: str, *, retry_after_seconds: int) -> None:
        super().__init__(sentence)
        self.retry_after_seconds = retry_after_seconds
