/** What the Lua of the Redis ledger shares. */
import { createHash } from 'node:crypto';
import { EXACT_ENTRIES, EXACT_MAX_MICROS, WINDOW_PARTS } from '../precision.ts';

export interface Script {
  source: string;
  sha1: string;
}

export const script = (source: string): Script => ({ source, sha1: createHash('sha1').update(source).digest('hex') });

/** Times are Redis TIME in microseconds. Numbers stay below 2^53, where Lua's doubles are exact. */
export const CLOCK = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local function text(n) return string.format('%.0f', n) end
`;

/**
 * A counter is one sorted set: each charge a member `{amount}:{call}#{index}` (or `{amount}:{end}~` for a part of a coarse window)
 * scored with its time, and the member `sum` scored with the negated total, so that the total can never be lost apart from the
 * charges. `look` only reads: a script that finds Redis out of memory must not have written anything before its first XADD, which
 * is what Redis refuses then.
 */
export const COUNTERS = `${CLOCK}
local function amountOf(member) return tonumber(string.match(member, '^(%d+):')) end
local function look(key, window)
  local gone = redis.call('ZRANGEBYSCORE', key, 1, '(' .. text(now - window))
  local freed = 0
  for i = 1, #gone do freed = freed + amountOf(gone[i]) end
  return 0 - tonumber(redis.call('ZSCORE', key, 'sum') or '0') - freed, #gone > 0 and freed or nil
end
local function prune(key, window, freed)
  redis.call('ZREMRANGEBYSCORE', key, 1, '(' .. text(now - window))
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
 * The epoch key holds `{epoch}`; `{epoch}?` when the counters of the organization may be lost, under which nothing passes; and
 * `{epoch}@{time}` when counters were lost at that time at the latest and put back as far as they had been recorded.
 */
export const EPOCH = `
local function judge(held, wanted)
  if held == wanted then return true, nil end
  local epoch, lost = string.match(held or '', '^(%d+)@(%d+)$')
  return epoch == wanted, tonumber(lost)
end
`;
