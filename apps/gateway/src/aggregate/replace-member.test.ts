import { memberText, readMessage } from '@toolgate/mcp/read-message';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { replaceMember } from './replace-member.ts';

const sourceOf = (text: string) => {
  const read = readMessage(text);
  if (!read.ok) throw new Error(read.message);
  return read.source;
};

test('what follows from the new text by reading it is what follows from the old one and the change', () => {
  const args = fc.dictionary(
    fc.string({ minLength: 1 }).filter((key) => key !== '__proto__' && !key.endsWith('\\')),
    fc.oneof(fc.integer(), fc.string({ unit: 'grapheme' })),
  );
  fc.assert(
    fc.property(args, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), fc.boolean(), (args, name, first) => {
      const params = first ? { name: 'old__echo', arguments: args } : { arguments: args, name: 'old__echo', _meta: { progressToken: 1 } };
      const text = JSON.stringify({ jsonrpc: '2.0', method: 'tools/call', params, id: 1 }, null, first ? 2 : 0);
      const replaced = replaceMember(sourceOf(text), { place: 'params', key: 'name', value: name });
      expect(replaced).toEqual(sourceOf(replaced.text));
      expect(memberText(replaced, 'params', 'name')).toBe(JSON.stringify(name));
      expect(memberText(replaced, 'params', 'arguments')).toBe(memberText(sourceOf(text), 'params', 'arguments'));
    }),
  );
});
