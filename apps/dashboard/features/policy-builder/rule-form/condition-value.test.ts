import { OPERATORS, operatorProblem } from '@toolgate/policy/operator';
import { expect, test } from 'vitest';
import { FACTS, toolArguments } from '../argument-paths.ts';
import { fittingValue, kindOfAll, readLines, readOrdered, readValueText } from './condition-value.ts';

const [size, amount, flag] = toolArguments({
  type: 'object',
  properties: { size: { type: 'string', enum: ['1K', '2K'] }, amount: { type: 'number' }, flag: { type: 'boolean' } },
});

test('whatever operator is chosen, the value fits it at once', () => {
  for (const op of OPERATORS)
    for (const argument of [size, amount, flag, ...FACTS, null])
      for (const before of [undefined, 'x', 5, true, null, ['a', 1], [], { a: 1 }])
        for (const opBefore of [null, ...OPERATORS])
          expect(
            operatorProblem(op, fittingValue(op, argument ?? null, before, opBefore)),
            `${op} of ${JSON.stringify(before)}`,
          ).toBeNull();
});

test('a value stays while it still means the same', () => {
  expect(fittingValue('in', size ?? null, '2K', 'eq')).toEqual(['2K']);
  expect(fittingValue('eq', size ?? null, ['2K', '1K'], 'in')).toBe('2K');
  expect(fittingValue('gte', amount ?? null, 5, 'lt')).toBe(5);
  expect(fittingValue('eq', size ?? null, true, 'exists')).toBe('1K');
});

test('what is typed is a value of its kind, never another', () => {
  expect(readValueText('text', 'eq', '5')).toEqual({ ok: true, value: '5' });
  expect(readValueText('number', 'eq', '5')).toEqual({ ok: true, value: 5 });
  expect(readValueText('number', 'eq', '"5"')).toMatchObject({ ok: false });
  expect(readValueText('json', 'eq', '{"a":[1]}')).toEqual({ ok: true, value: { a: [1] } });
  expect(readValueText('json', 'eq', 'null')).toEqual({ ok: true, value: null });
  expect(readLines('number', 'in', '1\n2\n\n')).toEqual({ ok: true, value: [1, 2] });
  expect(readLines('text', 'url_host_in', 'http://x')).toMatchObject({ ok: false });
  expect(readOrdered('lt', '2026-01-31')).toEqual({ ok: true, value: '2026-01-31' });
  expect(readOrdered('lt', 'soon')).toMatchObject({ ok: false });
  expect(readValueText('text', 'regex', '(')).toMatchObject({ ok: false });
});

test('a list of several kinds is shown as JSON', () => {
  expect(kindOfAll(['a', 1])).toBe('json');
  expect(kindOfAll([1, 2])).toBe('number');
});
