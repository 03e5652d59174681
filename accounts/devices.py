"""What a browser calls itself, in a few words for people.  A guess for recognition, never for a decision."""

from typing import Final

LONGEST: Final = 200
# The first that is found counts: Edge and Opera also say Chrome, Chrome also says Safari, Android also says Linux.
PROGRAMS: Final = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
                   ("Safari/", "Safari"), ("curl/", "curl"), ("python-", "Python"))  # fmt: skip
SYSTEMS: Final = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
                  ("Mac OS X", "macOS"), ("Linux", "Linux"))  # fmt: skip


def printable(user_agent: str) -> str:
    """Return the header as it is kept: without what cannot be shown, and cut."""
    return "".join(character for character in user_agent if character.isprintable())[:LONGEST]


def named(user_agent: str) -> str:
    """Return `Firefox on Windows`; the header's beginning where it is not known, `unknown` where there is none."""
    program = next((name for mark, name in PROGRAMS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if program and system:
        return f"{program} on {system}"
    return program or system or user_agent[:40] or "unknown"
