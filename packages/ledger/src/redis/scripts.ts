/**
 * The Lua of the Redis ledger. A counter is one sorted set: each charge a member `{amount}:{call}#{index}` (or `{amount}:{end}~` for a
 * part of a coarse window) scored with its time in microseconds, and the member `sum` scored with the negated total, so that the
 * total can never be lost apart from the charges. Times are Redis TIME. Numbers stay below 2^53, where Lua's doubles are exact.
 */
import { createHash } from 'node:crypto';
import { EXACT_ENTRIES, EXACT_MAX_MICROS, WINDOW_PARTS } from '../precision.ts';

export interface Script {
  source: string;
  sha1: string;
}

const script = (source: string): Script => ({ source, sha1: createHash('sha1').update(source).digest('hex') });

const PRELUDE = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local function text(n) return string.format('%.0f', n) end
local function total(key) return -tonumber(redis.call('ZSCORE', key, 'sum') or '0') end
local function amountOf(member) return tonumber(string.match(member, '^(%d+):')) end
local function prune(key, window)
  local edge = '(' .. text(now - window)
  local gone = redis.call('ZRANGEBYSCORE', key, 1, edge)
  if #gone == 0 then return end
  local freed = 0
  for i = 1, #gone do freed = freed + amountOf(gone[i]) end
  redis.call('ZREMRANGEBYSCORE', key, 1, edge)
  redis.call('ZINCRBY', key, text(freed), 'sum')
end
local function put(key, window, amount, max, member)
  if amount == 0 then return '' end
  local at, coarse = now, ''
  if max > ${EXACT_MAX_MICROS} or redis.call('ZCARD', key) > ${EXACT_ENTRIES} then
    local part = math.ceil(window / ${WINDOW_PARTS})
    at = math.ceil(now / part) * part
    local held = redis.call('ZRANGEBYSCORE', key, text(at), text(at))
    for i = 1, #held do
      if string.sub(held[i], -1) == '~' then
        redis.call('ZREM', key, held[i])
        redis.call('ZADD', key, text(at), text(amountOf(held[i]) + amount) .. ':' .. text(at) .. '~')
        redis.call('ZINCRBY', key, text(-amount), 'sum')
        return text(at)
      end
    end
    member, coarse = text(at) .. '~', text(at)
  end
  redis.call('ZADD', key, text(at), text(amount) .. ':' .. member)
  redis.call('ZINCRBY', key, text(-amount), 'sum')
  return coarse
end
local function expire(key, window) redis.call('PEXPIRE', key, text(math.ceil(window / 1000) + 1000)) end
`;

/**
 * KEYS: epoch, stream, a counter per charge. ARGV: epoch, deadline (µs of Redis TIME), record, call, then per charge: amount, maximum
 * (millionths), window (µs). A script that starts after its deadline does nothing: its caller has already been refused.
 * Answers `{0, now}` too late · `{1, now, for each charge the time (µs) of the coarse part that holds it or ''}` admitted · `{2, now, epoch or ''}` stale · `{3, now, index, remaining, retry after µs}` limited.
 */
export const ADMIT = script(`${PRELUDE}
if now > tonumber(ARGV[2]) then return {0, text(now)} end
local epoch = redis.call('GET', KEYS[1])
if epoch ~= ARGV[1] then return {2, text(now), epoch or ''} end
local taken = {}
for i = 3, #KEYS do
  local key, base = KEYS[i], 5 + (i - 3) * 3
  local amount, max, window = tonumber(ARGV[base]), tonumber(ARGV[base + 1]), tonumber(ARGV[base + 2])
  prune(key, window)
  local used = total(key) + (taken[key] or 0)
  if used + amount > max or max == 0 then
    local missing, wait = used + amount - max, window
    if amount <= max and max > 0 then
      local offset = 0
      repeat
        local log = redis.call('ZRANGEBYSCORE', key, 1, '+inf', 'WITHSCORES', 'LIMIT', offset, 64)
        for j = 1, #log, 2 do
          missing = missing - amountOf(log[j])
          if missing <= 0 then wait = tonumber(log[j + 1]) + window - now + 1 break end
        end
        offset = offset + 64
      until missing <= 0 or #log == 0
    end
    return {3, text(now), i - 3, text(math.max(0, max - used)), text(wait)}
  end
  taken[key] = (taken[key] or 0) + amount
end
redis.call('XADD', KEYS[2], '*', 'r', ARGV[3])
local out = {1, text(now)}
for i = 3, #KEYS do
  local base = 5 + (i - 3) * 3
  out[i] = put(KEYS[i], tonumber(ARGV[base + 2]), tonumber(ARGV[base]), tonumber(ARGV[base + 1]), ARGV[4] .. '#' .. (i - 3))
  expire(KEYS[i], tonumber(ARGV[base + 2]))
end
return out`);

/** KEYS: epoch, stream. ARGV: epoch or '' (not compared), deadline, record or '' (only compared). Answers as ADMIT does. */
export const RECORD = script(`${PRELUDE}
if now > tonumber(ARGV[2]) then return {0, text(now)} end
if ARGV[1] ~= '' then
  local epoch = redis.call('GET', KEYS[1])
  if epoch ~= ARGV[1] then return {2, text(now), epoch or ''} end
end
if ARGV[3] ~= '' then redis.call('XADD', KEYS[2], '*', 'r', ARGV[3]) end
return {1, text(now)}`);

/**
 * KEYS: stream, the counters to give back to. ARGV: record, call, then per counter: amount, index of the charge, and the time (µs) of the
 * coarse part that holds it, '' when the charge has its own entry. An entry that is gone gives nothing back, so this may be repeated.
 */
export const SETTLE = script(`${PRELUDE}
for i = 2, #KEYS do
  local key, base = KEYS[i], 3 + (i - 2) * 3
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
redis.call('XADD', KEYS[1], '*', 'r', ARGV[1])
return {1, text(now)}`);

/** KEYS: counters. ARGV: the window (µs) of each. Answers `{1, now}`, then for each: used (millionths), µs until the oldest charge leaves ('' when none). */
export const READ = script(`${PRELUDE}
local out = {1, text(now)}
for i = 1, #KEYS do
  local window = tonumber(ARGV[i])
  local edge = '(' .. text(now - window)
  local used, gone = total(KEYS[i]), redis.call('ZRANGEBYSCORE', KEYS[i], 1, edge)
  for j = 1, #gone do used = used - amountOf(gone[j]) end
  local oldest = redis.call('ZRANGEBYSCORE', KEYS[i], text(now - window), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  out[#out + 1] = text(used)
  out[#out + 1] = oldest[2] and text(tonumber(oldest[2]) + window - now + 1) or ''
end
return out`);

/**
 * KEYS: epoch. ARGV: epoch, '1' when the counters of the organization are known to be right. Sets it if it is greater than what is held.
 * `{n}?` is an epoch whose organization may have lost its counters: no call passes under it until a gateway has put them back.
 */
export const PUBLISH = script(`
local held = redis.call('GET', KEYS[1])
local number = held and tonumber(string.match(held, '^%d+')) or -1
local sure = ARGV[2] == '1' or (held and string.sub(held, -1) ~= '?')
redis.call('SET', KEYS[1], string.format('%.0f', math.max(number, tonumber(ARGV[1]))) .. (sure and '' or '?'))
return 1`);

/** KEYS: a counter. ARGV: window (µs), then per entry: age (µs), amount, name. Puts back the entries that are missing. */
export const RESTORE = script(`${PRELUDE}
local window = tonumber(ARGV[1])
for i = 2, #ARGV, 3 do
  local at, amount = now - tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  if redis.call('ZADD', KEYS[1], 'NX', text(at), text(amount) .. ':' .. ARGV[i + 2]) == 1 then
    redis.call('ZINCRBY', KEYS[1], text(-amount), 'sum')
  end
end
expire(KEYS[1], window)
return 1`);
