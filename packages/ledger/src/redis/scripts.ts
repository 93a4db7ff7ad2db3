/** The Lua of the Redis ledger besides ADMIT. */
import { CLOCK, COUNTERS, EPOCH, script } from './script.ts';

/** KEYS: epoch, stream. ARGV: epoch or '' (not compared), deadline, record or '' (only compared). Answers as ADMIT does. */
export const RECORD = script(`${CLOCK}${EPOCH}
if now > tonumber(ARGV[2]) then return {0, text(now)} end
if ARGV[1] ~= '' then
  local held = redis.call('GET', KEYS[1])
  if not judge(held, ARGV[1]) then return {2, text(now), held or ''} end
end
if ARGV[3] ~= '' then redis.call('XADD', KEYS[2], '*', 'r', ARGV[3]) end
return {1, text(now)}`);

/**
 * KEYS: stream, the leases to free, the counters to give back to. ARGV: record, call, number of leases, then per counter: amount, name
 * of the charge, and the time (µs) of the coarse part that holds it, '' when the charge has its own entry. What is gone gives nothing
 * back, so this may be repeated.
 */
export const SETTLE = script(`${COUNTERS}
redis.call('XADD', KEYS[1], '*', 'r', ARGV[1])
local leases = 1 + tonumber(ARGV[3])
for i = 2, leases do redis.call('ZREM', KEYS[i], ARGV[2]) end
for i = leases + 1, #KEYS do
  local key, base = KEYS[i], 4 + (i - leases - 1) * 3
  local amount, at = tonumber(ARGV[base]), ARGV[base + 2]
  if redis.call('ZREM', key, text(amount) .. ':' .. ARGV[2] .. '#' .. ARGV[base + 1]) == 1 then
    redis.call('ZINCRBY', key, text(amount), 'sum')
  elseif at ~= '' then
    local held = redis.call('ZRANGEBYSCORE', key, at, at)
    for j = 1, #held do
      if string.sub(held[j], -1) == '~' and amountOf(held[j]) >= amount then
        redis.call('ZREM', key, held[j])
        local rest = amountOf(held[j]) - amount
        if rest > 0 then redis.call('ZADD', key, at, text(rest) .. ':' .. at .. '~') end
        redis.call('ZINCRBY', key, text(amount), 'sum')
      end
    end
  end
end
return {1, text(now)}`);

/** KEYS: counters. ARGV: the window (µs) of each. Answers `{1, now}`, then for each: used (millionths), µs until the oldest charge leaves ('' when none). */
export const READ = script(`${COUNTERS}
local out = {1, text(now)}
for i = 1, #KEYS do
  local window = tonumber(ARGV[i])
  local used = look(KEYS[i], window)
  local oldest = redis.call('ZRANGEBYSCORE', KEYS[i], text(now - window), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  out[#out + 1] = text(used)
  out[#out + 1] = oldest[2] and text(tonumber(oldest[2]) + window - now + 1) or ''
end
return out`);

/**
 * KEYS: epoch, counters, leases. ARGV: number of counters, the window (µs) of each, how long (µs) a lost lease may still be held.
 * Answers `{1, now}`, then per counter: used (millionths) or '' when that is not known, µs until the oldest charge leaves ('' when none);
 * then per lease: calls that hold it, or ''.
 */
export const READ_USE = script(`${COUNTERS}
local held = redis.call('GET', KEYS[1])
local blind = not held or string.sub(held, -1) == '?'
local lost = tonumber(string.match(held or '', '^%d+@(%d+)$'))
local counters = tonumber(ARGV[1])
local out = {1, text(now)}
for i = 1, counters do
  local key, window = KEYS[1 + i], tonumber(ARGV[1 + i])
  local oldest = redis.call('ZRANGEBYSCORE', key, text(now - window), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  out[#out + 1] = (blind or (lost and lost + window > now)) and '' or text(look(key, window))
  out[#out + 1] = oldest[2] and text(tonumber(oldest[2]) + window - now + 1) or ''
end
for i = 2 + counters, #KEYS do
  local unsure = blind or (lost and lost + tonumber(ARGV[2 + counters]) > now)
  out[#out + 1] = unsure and '' or text(redis.call('ZCOUNT', KEYS[i], '(' .. text(now), '+inf'))
end
return out`);

/**
 * KEYS: epoch. ARGV: epoch, and what is known of the organization's counters: '' nothing, 'right' that they are, 'lost' that they have
 * been put back as far as they were recorded. Sets the epoch if it is greater than what is held. Only who put counters back may say
 * that an organization whose counters may be lost can be passed under again.
 */
export const PUBLISH = script(`${CLOCK}
local held = redis.call('GET', KEYS[1])
local number, state = string.match(held or '', '^(%d+)(.*)$')
if not held or state == '?' then state = ARGV[2] == '' and '?' or ARGV[2] == 'lost' and '@' .. text(now) or '' end
redis.call('SET', KEYS[1], string.format('%.0f', math.max(tonumber(number or '-1'), tonumber(ARGV[1]))) .. state)
return {1, text(now)}`);

/** KEYS: epoch, a counter. ARGV: window (µs), then per entry: age (µs), amount, name. Puts back the entries that are missing, while nothing passes. */
export const RESTORE = script(`${COUNTERS}
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, -1) ~= '?' then return {1, text(now)} end
local window = tonumber(ARGV[1])
for i = 2, #ARGV, 3 do
  local at, amount = now - tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  if redis.call('ZADD', KEYS[2], 'NX', text(at), text(amount) .. ':' .. ARGV[i + 2]) == 1 then
    redis.call('ZINCRBY', KEYS[2], text(-amount), 'sum')
  end
end
expire(KEYS[2], window)
return {1, text(now)}`);

/** KEYS: epoch, a lease. ARGV: per running call that holds it: µs until its time is over, call. */
export const RESTORE_LEASE = script(`${CLOCK}
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, -1) ~= '?' then return {1, text(now)} end
local longest = 0
for i = 1, #ARGV, 2 do
  redis.call('ZADD', KEYS[2], 'NX', text(now + tonumber(ARGV[i])), ARGV[i + 1])
  longest = math.max(longest, tonumber(ARGV[i]))
end
redis.call('PEXPIRE', KEYS[2], text(math.ceil(longest / 1000) + 1000))
return {1, text(now)}`);

/** KEYS: any one of a shard. */
export const TIME = script(`${CLOCK}
return {1, text(now)}`);
