"""What the server does with the tick log in one step of its own, so that nothing comes in between."""

from typing import Final

# Appends only to the log that is meant, and where it holds the entry before.  Keys: stream, epoch.  Arguments: run,
# number, number of the entry before (0: none), epoch ('': not asked), field, payload.
APPEND: Final = """
if ARGV[4] ~= '' then
  local epoch = redis.call('GET', KEYS[2])
  if epoch ~= ARGV[4] then
    return redis.error_reply('REPLACED ' .. (epoch and 'the epoch ' .. epoch or 'no epoch') .. ', not ' .. ARGV[4])
  end
end
local id, last = ARGV[1] .. '-' .. ARGV[2], redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local newest = #last > 0 and last[1][1] or '0-0'
local run, number = string.match(newest, '(%d+)-(%d+)')
local behind = tonumber(run) < tonumber(ARGV[1]) or (run == ARGV[1] and tonumber(number) < tonumber(ARGV[3]))
if ARGV[3] ~= '0' and behind then
  return redis.error_reply('WENTBACK ' .. newest)
end
return redis.call('XADD', KEYS[1], id, ARGV[5], ARGV[6])
"""
# Returns the epoch, and of each stream: the head of the entry at the position that was folded last; where it is not
# there, the first entry that is kept and the last that ever was.  Keys: epoch, streams.  Arguments: positions.
EVIDENCE: Final = """
local answer = {redis.call('GET', KEYS[1]) or ''}
for i = 2, #KEYS do
  local anchor, first, last = redis.call('XRANGE', KEYS[i], ARGV[i - 1], ARGV[i - 1]), '', '0-0'
  if #anchor == 0 and redis.call('EXISTS', KEYS[i]) == 1 then
    local oldest = redis.call('XRANGE', KEYS[i], '-', '+', 'COUNT', 1)
    first = #oldest > 0 and oldest[1][1] or ''
    local facts = redis.call('XINFO', 'STREAM', KEYS[i])
    for j = 1, #facts, 2 do
      if facts[j] == 'last-generated-id' then last = facts[j + 1] end
    end
  end
  answer[#answer + 1] = {#anchor > 0 and string.sub(anchor[1][2][2], 1, 24) or '', first, last}
end
return answer
"""
