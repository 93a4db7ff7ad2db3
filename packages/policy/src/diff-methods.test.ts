import { METHODS_OF_POLICY } from '@toolgate/mcp/methods';
import { expect, test } from 'vitest';
import { compilePolicy } from './compile.ts';
import { diffMethods } from './diff-methods.ts';
import { readPolicy } from './read.ts';

const compiled = (document: object) => {
  const read = readPolicy(JSON.stringify(document));
  if (!read.ok) throw new Error(read.errors[0]?.message);
  return compilePolicy(read.document);
};
const NOTHING = compiled({ version: '1', default: 'deny' });

test('the diff shows every method that the gateway asks the policy about, and no other', () => {
  const opened = diffMethods(NOTHING, compiled({ version: '1', default: 'allow' }));
  expect(opened.map(({ method }) => method).sort()).toEqual(METHODS_OF_POLICY);
});

test.each(METHODS_OF_POLICY)('%s can be named in "methods", as it is and by its family', (method) => {
  for (const name of [method, `${method.split('/')[0]}/*`]) {
    const changes = diffMethods(NOTHING, compiled({ version: '1', default: 'deny', methods: { [name]: 'allow' } }));
    expect(changes).toContainEqual({ method, before: 'deny', after: 'allow' });
  }
});
