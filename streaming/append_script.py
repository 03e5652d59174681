"""Appending to a stream only where the entry before is there, as a script that the server runs."""

from collections.abc import Mapping
from typing import Final

# Key, run, number, number of the entry that must be there (0: none), field, payload.
APPEND: Final = """
local id, last = ARGV[1] .. '-' .. ARGV[2], redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local newest = #last > 0 and last[1][1] or '0-0'
local run, number = string.match(newest, '(%d+)-(%d+)')
local behind = tonumber(run) < tonumber(ARGV[1]) or (run == ARGV[1] and tonumber(number) < tonumber(ARGV[3]))
if ARGV[3] ~= '0' and behind then
  return redis.error_reply('WENTBACK ' .. newest)
end
return redis.call('XADD', KEYS[1], id, ARGV[4], ARGV[5])
"""
_WENT_BACK: Final = "WENTBACK "


class LogWentBack(Exception):
    """The entry that an append was to follow is not in the log; `newest` has the ID of the newest by partition."""

    def __init__(self, newest: Mapping[int, str]) -> None:
        super().__init__(f"the log went back, its newest entries are {dict(newest)}: the server lost what it had")
        self.newest = newest


def newest_in(refusal: str) -> str:
    """Return the ID of the newest entry that the script's refusal names; nothing in another error's text."""
    words = refusal.partition(_WENT_BACK)[2].split()
    return words[0] if words else ""
