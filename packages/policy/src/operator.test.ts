import { describe, expect, it } from 'vitest';
import { compileOperator, type Operator, operatorProblem } from './operator.ts';
import { MISSING } from './value-path.ts';
import { DECISION_WORK } from './work.ts';

const judge = (op: Operator, value: unknown, actual: unknown) => compileOperator(op, value)(actual, { left: DECISION_WORK });

describe('operators', () => {
  it.each<[Operator, unknown, unknown, boolean | null]>([
    ['eq', 500, 500, true],
    ['eq', 500, '500', null],
    ['eq', null, null, true],
    ['eq', null, 'x', false],
    ['eq', { a: [1] }, { a: [1] }, true],
    ['eq', 'é', 'e\u0301', false],
    ['neq', 'prod', ['prod'], null],
    ['neq', 'prod', 'dev', true],
    ['neq', 'prod', MISSING, null],
    ['lt', 100, 99.9, true],
    ['lt', 100, '99', null],
    ['lte', 100, 100, true],
    ['gt', 100, Number.NaN, null],
    ['gte', '2026-01-01', '2026-01-01T00:00:00Z', true],
    ['lt', '2026-01-01T00:00:00+02:00', '2025-12-31T21:59:59.999999Z', true],
    ['lt', '2026-01-01', 5, null],
    ['gt', '2026-01-01', 'tomorrow', null],
    ['gt', '2026-01-01', '2026-02-30', null],
    ['in', ['a', 'b'], 'b', true],
    ['in', ['a', 'b'], 'c', false],
    ['in', ['a', 'b'], 3, null],
    ['in', [1, 'a'], 'c', false],
    ['not_in', ['a'], 'a', false],
    ['not_in', ['a'], ['a'], null],
    ['exists', true, 0, true],
    ['exists', true, MISSING, false],
    ['exists', false, MISSING, true],
    ['exists', true, null, null],
    ['regex', 'a+b', 'xxaab', true],
    ['regex', '^a$', 'ab', false],
    ['regex', 'a', 5, null],
    ['regex', 'a', 'a'.repeat(65_537), null],
    ['regex', 'a', 'é'.repeat(32_769), null],
    ['contains', 'am', 'sample', true],
    ['contains', 'a', ['b', 'a'], true],
    ['contains', 'a', ['b'], false],
    ['contains', 'a', [5], null],
    ['contains', 5, '5', null],
    ['starts_with', 'a', 'abc', true],
    ['ends_with', 'c', 'abc', true],
    ['ends_with', 'c', ['c'], null],
    ['min_length', 2, '😀', false],
    ['max_length', 1, '😀', true],
    ['max_length', 1, [1, 2], false],
    ['max_length', 1, 5, null],
    ['url_host_in', ['example.com'], 'https://EXAMPLE.com./x', true],
    ['url_host_in', ['example.com'], 'https://example.com@evil.test/', false],
    ['url_host_in', ['example.com'], 'https://evil.test\\@example.com/', null],
    ['url_host_in', ['example.com'], 'https:example.com', null],
    ['url_host_in', ['example.com'], ' https://example.com', null],
    ['url_host_in', ['example.com'], 'javascript:alert(1)', null],
    ['url_host_in', ['*.example.com'], 'https://a.b.example.com/', true],
    ['url_host_in', ['*.example.com'], 'https://example.com/', false],
    ['url_host_in', ['*.example.com'], 'https://notexample.com/', false],
    ['url_host_in', '127.0.0.1', 'http://0x7f.1/', true],
    ['path_within', '/data', '/data/a/../b', true],
    ['path_within', '/data', '/data/../etc/passwd', false],
    ['path_within', '/data', '/database', false],
    ['path_within', '/data', 'data/x', null],
    ['path_within', 'data', './data//x', true],
    ['path_within', 'data', '../data', null],
    ['path_within', '/data', '/data/\0', null],
    ['path_within', '/data', '/data\\..\\x', null],
    ['path_within', '.', '~/x', null],
    ['path_within', ['/a', '/b'], '/b', true],
    ['type_is', 'integer', 5, true],
    ['type_is', 'integer', 5.5, false],
    ['type_is', 'array', [], true],
    ['type_is', 'null', null, true],
    ['type_is', 'object', null, false],
  ])('%s %j of %j is %s', (op, value, actual, truth) => {
    expect(operatorProblem(op, value)).toBeNull();
    expect(judge(op, value, actual)).toBe(truth);
  });

  it('takes linear time where backtracking would not end', () => {
    expect(judge('regex', '(a*)*(b|a*)*c', 'a'.repeat(20_000))).toBe(false);
  });

  it('spends a bounded amount of work on one decision', () => {
    const work = { left: DECISION_WORK };
    const test = compileOperator('regex', '(?:a?){200}a{200}b');
    const truths = Array.from({ length: 20 }, () => test('a'.repeat(500), work));
    expect(truths.slice(0, 1)).toEqual([false]);
    expect(truths.at(-1)).toBeNull();
  });
});
