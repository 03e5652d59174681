"""How many sockets a process may have."""

import resource


def raise_limit() -> int:
    """Raise this process's limit of open files as far as it may, and return it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard
