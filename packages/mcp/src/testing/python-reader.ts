/** Python's `json`, asked in batches whether it reads the same out of a text as V8 did. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Numbers are compared as doubles, which is what most upstreams make of them. Objects must not even have the same key twice. */
const PROGRAM = `
import base64, json, sys
def pairs(items):
    found = dict(items)
    if len(found) != len(items): raise ValueError('duplicate key')
    return found
def same(a, b):
    if isinstance(a, bool) or isinstance(b, bool): return a is b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)): return float(a) == float(b)
    if type(a) is not type(b): return False
    if isinstance(a, dict): return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list): return len(a) == len(b) and all(map(same, a, b))
    return a == b
for line in sys.stdin:
    sent, read = line.split()
    try:
        answer = 'same' if same(json.loads(base64.b64decode(sent).decode('utf-8'), object_pairs_hook=pairs), json.loads(base64.b64decode(read))) else 'different'
    except Exception as error:
        answer = 'refused: ' + repr(error)
    if answer != 'same': print(sent, answer, flush=True)
print('done')
`;

export interface PythonReader {
  /** `value` is what V8 read out of these bytes. Resolves when more may be asked. */
  ask(bytes: Buffer, value: unknown): Promise<void> | null;
  /** The texts that Python read otherwise, as base64 with the reason. */
  finish(): Promise<string[]>;
}

/** Null where there is no python3. */
export async function startPythonReader(): Promise<PythonReader | null> {
  const child = spawn('python3', ['-c', PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  const started = await new Promise<boolean>((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });
  if (!started) return null;
  const differing: string[] = [];
  // One that ended early is found out in the end.
  child.stdin.on('error', () => {});
  let done = false;
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    if (line === 'done') done = true;
    else differing.push(line);
  });
  const closed = once(lines, 'close');
  return {
    ask(bytes, value) {
      const read = Buffer.from(JSON.stringify(value)).toString('base64');
      return child.stdin.write(`${bytes.toString('base64')} ${read}\n`)
        ? null
        : Promise.race([once(child.stdin, 'drain'), closed]).then(() => {});
    },
    async finish() {
      child.stdin.end();
      await closed;
      if (!done) differing.push('python3 ended early');
      return differing;
    },
  };
}
