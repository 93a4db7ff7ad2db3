import { expect, test } from 'vitest';
import { callTool, readDocument } from './engine';
import { EXAMPLE } from './example';
import { RollingCounters } from './rolling-counters';

const image = { name: 'image_to_image', category: 'Write', risk: 'Medium' };
const video = { name: 'generate_video', category: 'Write', risk: 'Medium' };

function policyOf(source: string) {
  const read = readDocument(source);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.policy;
}

test('with the document as pasted, thirty calls pass and call 31 of the minute is limited', () => {
  const policy = policyOf(EXAMPLE);
  const counters = new RollingCounters();
  const decisions = Array.from({ length: 31 }, (_, n) => callTool(policy, counters, image, 1000 + n));
  expect(decisions.slice(0, 30).every(({ effect }) => effect === 'allow')).toBe(true);
  expect(decisions[30]).toMatchObject({ effect: 'limit', code: 'limit_reached', rule: '/tools/image_to_image/limits/0' });
});

test('the window rolls: one call is free again exactly a minute after the first', () => {
  const policy = policyOf(EXAMPLE);
  const counters = new RollingCounters();
  for (let n = 0; n < 30; n++) callTool(policy, counters, image, n);
  expect(callTool(policy, counters, image, 59_999).effect).toBe('limit');
  expect(callTool(policy, counters, image, 60_000).effect).toBe('allow');
  expect(callTool(policy, counters, image, 60_000).effect).toBe('limit');
});

test('every other tool of the server is denied', () => {
  expect(callTool(policyOf(EXAMPLE), new RollingCounters(), video, 0)).toMatchObject({ effect: 'deny', code: 'default_deny' });
});

test('a document that cannot be read says where and why', () => {
  const read = readDocument('{"version":"1","defualt":"deny"}');
  expect(read.ok).toBe(false);
  if (!read.ok) expect(read.problems[0]?.line).toBe(1);
});

test('the older dialects are understood, and it is said how', () => {
  const read = readDocument('{"version":"1","default":"deny","tools":{"image_to_image":{"rate_limit":{"max":10,"window":60}}}}');
  expect(read.ok && read.conversions.length).toBeGreaterThan(0);
});
