/** Messages and what somebody may do to them who wants two readers to disagree. */
import fc from 'fast-check';

const META =
  '"_meta":{"progressToken":"p","io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{}}}';
const BASES = [
  `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":{"a":1,"b":[true,null,"x"],"c":{"d":"é😀","n":-2.5e3}},${META}}}`,
  '{"jsonrpc":"2.0","id":"7","method":"tools/call","params":{"name":"echo","arguments":{"name":"inner","Name":"other","id":12345678901234567890}}}',
  ' {\n "params" : { "arguments" : { } , "name" : "e\\u0063ho" } ,\t"method":"tools\\/call","id":0,"jsonrpc":"2.0" } \r\n',
  `{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"file:///a b","inputResponses":{"k":{"action":"accept"}},"requestState":"s",${META}}}`,
  '{"jsonrpc":"2.0","id":2,"method":"completion/complete","params":{"ref":{"type":"ref/prompt","name":"p"},"argument":{"name":"a","value":"v"}}}',
  `{"jsonrpc":"2.0","id":3,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true,"resourceSubscriptions":["f:x"]},${META}}}`,
  '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"reason":"\\"quoted\\" \\\\ \\ud83d\\ude00"}}',
  '{"jsonrpc":"2.0","id":"s","result":{"action":"accept","content":{}}}',
];

const KEYS = 'jsonrpc id method params name arguments _meta uri ref progressToken notifications x constructor'.split(' ');
/** Without the blanks between them. */
const WILD_KEYS = String.raw`__proto__ \u005f_proto__ __PROTO__ hasOwnProperty \u0020name na\u0000me \ud800 \ud83d\ude00 param${'\u017f'}
  argument${'\u017f'} progressTo${'\u212a'}en re${'\u017f'}ult \u006eame n\u0061me NAME Method ID İd ıd ﬁx`.split(/\s+/);
const NUMBERS =
  '1e309 -1e309 1e-400 -0 -0.0 0 1.0 1E5 0.1e1 1e+2 123456789012345 1234567890123456 0.30000000000000004 9007199254740993 5e-324 ' +
  `12345678901234567890 1.7976931348623157e308 123456.789012345678 1234567.8901234 ${'9'.repeat(320)} 0.${'1'.repeat(400)}`;
const NO_NUMBERS = '01 +1 .5 1. 1e - --1 1_0 0x10 NaN Infinity -Infinity undefined True nul';
const STRINGS = String.raw`"\ud800" "\udc00\ud800" "\ud83d\ude00" "\ud83d\u0041" "\u0000" "\b\f\n\r\t\/" "\\" "evil" "tools/list" "echo"`;
const NO_STRINGS = String.raw`"\x41" "\u00g0" "\u12" "\" "a a" 'a'`;
const NESTED = '{} [] [1,] {"a":1,} [,1] {"a"} {"a":} {,} [[[[]]]] {"name":"evil"} {"a":{"a":{"a":1}}} null true false';
const VALUES = [
  ...[NUMBERS, NO_NUMBERS, STRINGS, NO_STRINGS, NESTED].flatMap((words) => words.split(' ')),
  ...['"😀"', '"\u0000"', '"\n"', '"\t"', '"\u2028"', '"\u007f"', '[1 2]', '{"a" 1}'],
  ...[62, 63, 64, 70].map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
];
const BLANKS = [' ', '\t', '\n', '\r\n', '\v', '\f', '\u00a0', '\u2028', '\u3000', '\ufeff', '\u0000', '\u001f', '\u0080', '#x\n', '//x\n'];
const SIGNS = String.raw`, : " \ { } [ ] - 0 e . ; /**/ <!-- {} \u "name":"evil", "params":{"name":"evil"}, ,"name":"evil" "a":2,`.split(
  ' ',
);
const RAW = [...BLANKS, ...SIGNS];
const BYTES = ['ff', 'c080', 'eda080', 'edb080', 'f4908080', 'c3', 'e282', 'efbbbf', 'c3a9', 'f09f9880', '00', '80'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

interface Edit {
  kind: 'insert' | 'twin' | 'member' | 'key' | 'value' | 'raw' | 'drop' | 'swap' | 'cut' | 'tail' | 'wrap' | 'blank';
  at: number;
  key: string;
  value: string;
  raw: string;
  spelling: (key: string) => string;
}

const spellings: ((key: string) => string)[] = [
  (key) => key,
  (key) => key.toUpperCase(),
  (key) => key.charAt(0).toUpperCase() + key.slice(1),
  (key) => key.replaceAll('s', '\u017f').replaceAll('k', '\u212a'),
  (key) => key.replace(/^[a-z_]/, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`),
  (key) => `${key}\\u0000`,
];

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom<Edit['kind'][]>('value', 'key', 'blank') },
    { weight: 3, arbitrary: fc.constantFrom<Edit['kind'][]>('insert', 'twin') },
    { weight: 1, arbitrary: fc.constantFrom<Edit['kind'][]>('member', 'raw', 'drop', 'swap', 'cut', 'tail', 'wrap') },
  ),
  at: fc.nat(999),
  key: fc.constantFrom(...KEYS, ...WILD_KEYS),
  value: fc.constantFrom(...VALUES),
  raw: fc.constantFrom(...RAW),
  spelling: fc.constantFrom(...spellings),
});

/** Strings, numbers, words and signs; white space belongs to what is before it. */
const tokensOf = (text: string): string[] => text.match(/(?:"(?:[^"\\]|\\.)*"|[-+.\w]+|[^\s])\s*|^\s+/g) ?? [];
const isKey = (tokens: string[], at: number): boolean => tokens[at]!.startsWith('"') && (tokens[at + 1] ?? '').startsWith(':');
const isValue = (tokens: string[], at: number): boolean => at > 0 && /^[-"\w]/.test(tokens[at]!) && !isKey(tokens, at);
const indexOf = (tokens: string[], at: number, is: typeof isKey): number | undefined => {
  const found = [...tokens.keys()].filter((i) => is(tokens, i));
  return found[at % (found.length || 1)];
};
const TOKENS = BASES.map(tokensOf);

function apply(tokens: string[], { kind, at, key, value, raw, spelling }: Edit): void {
  const here = at % (tokens.length + 1);
  switch (kind) {
    case 'twin': {
      const chosen = indexOf(tokens, at, isKey);
      if (chosen !== undefined) tokens.splice(chosen, 0, `"${spelling(tokens[chosen]!.trim().slice(1, -1))}":${value},`);
      return;
    }
    case 'insert': {
      const chosen = indexOf(tokens, at, isKey);
      if (chosen !== undefined) tokens.splice(chosen, 0, `"${spelling(key)}":${value},`);
      return;
    }
    case 'member':
      return void tokens.splice(here, 0, `"${key}":${value},`);
    case 'key': {
      const chosen = indexOf(tokens, at, isKey);
      if (chosen !== undefined) tokens[chosen] = `"${spelling(tokens[chosen]!.trim().slice(1, -1))}"`;
      return;
    }
    case 'value': {
      const chosen = indexOf(tokens, at, isValue);
      if (chosen !== undefined) tokens[chosen] = value;
      return;
    }
    case 'raw':
      return void tokens.splice(here, 0, raw);
    case 'drop':
      return void tokens.splice(here, 1);
    case 'swap':
      return void tokens.splice(here, 2, tokens[here + 1] ?? '', tokens[here] ?? '');
    case 'cut':
      return void tokens.splice(here);
    case 'tail':
      return void tokens.push(raw);
    case 'wrap':
      return void tokens.splice(0, tokens.length, `[${tokens.join('')}]`);
    case 'blank':
      return void tokens.splice(here, 0, [' ', '\n', '\t', '\r\n'][at % 4]!);
  }
}

const inserted = fc.oneof(
  { weight: 19, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.tuple(fc.nat(400), fc.constantFrom(...BYTES)) },
);

/** One mutated message as the bytes that would arrive. */
export const mutatedMessage: fc.Arbitrary<Buffer> = fc
  .tuple(fc.nat(TOKENS.length - 1), fc.array(edit, { minLength: 1, maxLength: 3 }), inserted)
  .map(([base, edits, bytes]) => {
    const tokens = [...TOKENS[base]!];
    for (const each of edits) apply(tokens, each);
    const whole = Buffer.from(tokens.join(''));
    if (bytes === null) return whole;
    const at = Math.min(bytes[0], whole.length);
    return Buffer.concat([whole.subarray(0, at), bytes[1], whole.subarray(at)]);
  });

/** Messages as nobody touched them. */
export const UNTOUCHED: readonly Buffer[] = BASES.map((base) => Buffer.from(base));
