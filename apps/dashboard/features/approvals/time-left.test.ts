import { expect, test } from 'vitest';
import { countdown } from './time-left';

test('what is left is never shown as less than it is, nor below nothing', () => {
  expect([countdown(9_000), countdown(8_001), countdown(252_000), countdown(3_720_000), countdown(0), countdown(-5)]).toEqual([
    '0:09',
    '0:09',
    '4:12',
    '1:02:00',
    'over',
    'over',
  ]);
});
