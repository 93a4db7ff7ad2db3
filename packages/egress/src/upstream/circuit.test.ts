import { expect, test } from 'vitest';
import { createCircuit, OPEN_MS } from './circuit.ts';

let now = 0;
const circuitAfter = (failures: number) => {
  const circuit = createCircuit(() => now);
  for (let i = 0; i < failures; i++) circuit.failed();
  return circuit;
};

test('five failures in a row open it, a success between them does not', () => {
  expect(circuitAfter(4).wait()).toBe(0);
  expect(circuitAfter(5).wait()).toBe(OPEN_MS);
  const mixed = circuitAfter(4);
  mixed.worked();
  mixed.failed();
  expect(mixed.wait()).toBe(0);
});

test('after the pause one caller goes ahead: its success closes it for all, its failure begins another pause', () => {
  const circuit = circuitAfter(5);
  now += OPEN_MS;
  expect([circuit.wait(), circuit.wait() > 0]).toEqual([0, true]);
  circuit.failed();
  expect(circuit.wait()).toBe(OPEN_MS);
  now += OPEN_MS;
  expect(circuit.wait()).toBe(0);
  circuit.worked();
  expect([circuit.wait(), circuit.wait()]).toEqual([0, 0]);
});

test('a caller that learned nothing lets the next one try', () => {
  const circuit = circuitAfter(5);
  now += OPEN_MS;
  expect(circuit.wait()).toBe(0);
  circuit.abandoned();
  expect(circuit.wait()).toBe(0);
});
