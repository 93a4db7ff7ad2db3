/** The Lua that admits a call. */
import { COUNTERS, EPOCH, script } from './script.ts';

/**
 * KEYS: epoch, stream, a counter per charge, a sorted set per lease (calls, scored with when their time is over), a counter per shadow
 * charge, a set per shadow lease. ARGV: epoch, deadline (µs of Redis TIME), call, the numbers of charges, leases and shadow charges, the
 * five texts of an intent (admit-texts.ts), then per key: maximum, window or ttl (µs), amount, verdict or shadow fragment, numbers.
 * A script that starts after its deadline does nothing: its caller has already been refused.
 *
 * Answers `{0, now}` too late · `{1, now, full shadow or '', for each charge and shadow charge the time (µs) of the coarse part that
 * holds it or ''}` admitted · `{2, now, epoch or ''}` stale · `{3, now, index of the key, remaining, retry after µs, recorded}` limited.
 */
export const ADMIT = script(`${COUNTERS}${EPOCH}
if now > tonumber(ARGV[2]) then return {0, text(now)} end
local held = redis.call('GET', KEYS[1])
local current, lost = judge(held, ARGV[1])
if not current then return {2, text(now), held or ''} end
local call = ARGV[3]
local lastCharge = 2 + tonumber(ARGV[4])
local lastLease = lastCharge + tonumber(ARGV[5])
local lastShadow = lastLease + tonumber(ARGV[6])
local isLease, max, window, amount, base = {}, {}, {}, {}, {}
for i = 3, #KEYS do
  base[i] = 12 + (i - 3) * 5
  isLease[i] = (i > lastCharge and i <= lastLease) or i > lastShadow
  max[i], window[i], amount[i] = tonumber(ARGV[base[i]]), tonumber(ARGV[base[i] + 1]), tonumber(ARGV[base[i] + 2])
end

local taken, freed = {}, {}
-- Nil when there is room, else the remaining amount and the wait.
local function full(i)
  local key = KEYS[i]
  if i <= lastLease and lost and lost + window[i] > now then return 0, lost + window[i] - now end
  if isLease[i] then
    if redis.call('ZCOUNT', key, '(' .. text(now), '+inf') < max[i] then return nil end
    local first = redis.call('ZRANGEBYSCORE', key, '(' .. text(now), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
    return 0, math.min(1000000, first[2] and tonumber(first[2]) - now or 1000000)
  end
  local used, gone = look(key, window[i])
  freed[i] = gone
  used = used + (taken[key] or 0)
  if used + amount[i] <= max[i] and max[i] > 0 then
    taken[key] = (taken[key] or 0) + amount[i]
    return nil
  end
  local missing, wait = used + amount[i] - max[i], window[i]
  if amount[i] <= max[i] and max[i] > 0 then
    local offset = 0
    repeat
      local log = redis.call('ZRANGEBYSCORE', key, text(now - window[i]), '+inf', 'WITHSCORES', 'LIMIT', offset, 64)
      for j = 1, #log, 2 do
        missing = missing - amountOf(log[j])
        if missing <= 0 then wait = tonumber(log[j + 1]) + window[i] - now + 1 break end
      end
      offset = offset + 64
    until missing <= 0 or #log == 0
  end
  return math.max(0, max[i] - used), wait
end
local function pruneAll()
  local done = {}
  for i, amount in pairs(freed) do
    if not done[KEYS[i]] then prune(KEYS[i], window[i], amount) done[KEYS[i]] = true end
  end
end
-- ISO 8601 in UTC (civil from days, Howard Hinnant).
local function iso(ms)
  local days = math.floor(ms / 86400000)
  local z = days + 719468
  local era = math.floor(z / 146097)
  local doe = z - era * 146097
  local yoe = math.floor((doe - math.floor(doe / 1460) + math.floor(doe / 36524) - math.floor(doe / 146096)) / 365)
  local doy = doe - (365 * yoe + math.floor(yoe / 4) - math.floor(yoe / 100))
  local mp = math.floor((5 * doy + 2) / 153)
  local month = mp < 10 and mp + 3 or mp - 9
  local rest = ms - days * 86400000
  return string.format('%04d-%02d-%02dT%02d:%02d:%02d.%03dZ', yoe + era * 400 + (month <= 2 and 1 or 0), month, doy - math.floor((153 * mp + 2) / 5) + 1,
    math.floor(rest / 3600000), math.floor(rest / 60000) % 60, math.floor(rest / 1000) % 60, rest % 1000)
end

for i = 3, lastLease do
  local remaining, wait = full(i)
  if remaining then
    local verdict = ARGV[base[i] + 3]
    if verdict ~= '' then
      redis.call('XADD', KEYS[2], '*', 'r', '{"type":"event","facts":' .. ARGV[8] .. verdict .. ARGV[10] .. ARGV[base[i] + 4] ..
        string.format('%.16g', remaining / 1000000) .. ',"retryAfterMs":' .. text(math.ceil(wait / 1000)) ..
        ',"resetAt":"' .. iso(math.ceil((now + wait) / 1000)) .. '"}}}}')
    end
    pruneAll()
    return {3, text(now), i - 3, text(remaining), text(wait), verdict ~= '' and 1 or 0}
  end
end

local shadowFull = nil
for i = lastLease + 1, #KEYS do
  if not shadowFull and full(i) then shadowFull = i end
end

redis.call('XADD', KEYS[2], '*', 'r', ARGV[7] .. ARGV[8] .. ARGV[9] .. ARGV[10] .. ARGV[11] .. (shadowFull and ARGV[base[shadowFull] + 3] or '') .. '}}}')
pruneAll()
local out = {1, text(now), shadowFull and shadowFull - lastLease - 1 or ''}
for i = 3, #KEYS do
  local inShadow = i > lastLease
  if isLease[i] then
    if not (inShadow and shadowFull) then
      redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', text(now))
      redis.call('ZADD', KEYS[i], text(now + window[i]), call)
      if redis.call('PTTL', KEYS[i]) < window[i] / 1000 then redis.call('PEXPIRE', KEYS[i], text(math.ceil(window[i] / 1000) + 1000)) end
    end
  elseif inShadow and shadowFull then
    out[#out + 1] = ''
  else
    out[#out + 1] = put(KEYS[i], window[i], amount[i], max[i], call .. '#' .. (inShadow and 's' .. (i - lastLease - 1) or i - 3))
    expire(KEYS[i], window[i])
  end
end
return out`);
