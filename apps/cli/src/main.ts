/** The command line for operators and automation. Standard output carries JSON (of `audit public-key`: PEM) and nothing else. */
import { parseArgs } from 'node:util';
import { apply } from './apply/apply.ts';
import { readApplyDocument } from './apply/document.ts';
import { changeGrant, type GrantVerb } from './change-grant.ts';
import { checkPolicy } from './check-policy.ts';
import { decideCall } from './decide-call.ts';
import { readSettings } from './env.ts';
import { exportAudit } from './export-audit.ts';
import { Failure, UsageFailure } from './failure.ts';
import { publish } from './publish-policy.ts';
import { publicKeys, writeCheckpoints } from './read-checkpoints.ts';
import { readText } from './read-text.ts';
import { withSession } from './session.ts';
import { verifyAudit } from './verify-audit.ts';

const USAGE = `usage: npm run -s toolgate -- <command>
  apply FILE                                       creates or updates what the document says
  grant revoke|pause|resume --org ORG --label LABEL
  policy publish --org ORG --policy POLICY FILE
  policy check FILE                                reads a policy document, without a running system
  policy decide --policy FILE --call FILE          what a document decides of one call, without a running system
  audit export --org ORG [--since 24h] [--query Q] JSON lines, oldest first; the last one proves the others
  audit verify FILE [--public-key FILE] [--checkpoint FILE] [--manifest FILE]
                                                   checks an export, without a running system
  audit checkpoints --org ORG [--newest true]      signed statements of where the log stood: keep them elsewhere
  audit public-key                                 the key that signs them (PEM)
FILE may be - for standard input.`;

const COMMANDS: Record<string, (args: string[]) => Promise<void>> = {
  apply: async (args) => {
    const { file } = read(args, [], 'file');
    const document = readApplyDocument(await readText(file));
    await withSession(readSettings(), async (session) => write(JSON.stringify(await apply(session, document, say))));
  },
  'grant revoke': (args) => grant('revoke', args),
  'grant pause': (args) => grant('pause', args),
  'grant resume': (args) => grant('resume', args),
  'policy publish': async (args) => {
    const { file, org, policy } = read(args, ['org', 'policy'], 'file');
    const source = await readText(file);
    await withSession(readSettings(), async (session) => write(JSON.stringify(await publish(session, { org, policy }, source))));
  },
  'policy check': async (args) => {
    const checked = checkPolicy(await readText(read(args, [], 'file').file));
    await write(JSON.stringify(checked));
    if (!checked.valid) throw new Failure('The document cannot be published.');
  },
  'policy decide': async (args) => {
    const { policy, call } = read(args, ['policy', 'call'], null);
    const decision = decideCall(await readText(policy), await readText(call));
    await write(JSON.stringify(decision));
  },
  'audit export': async (args) => {
    const { org, since, query } = read(args, ['org'], null, ['since', 'query']);
    await withSession(readSettings(), (session) => exportAudit(session, { org, since, query }, write, say));
  },
  'audit verify': async (args) => {
    const { file, manifest, checkpoint, ...more } = read(args, [], 'file', ['public-key', 'checkpoint', 'manifest']);
    await write(JSON.stringify(await verifyAudit(file, { publicKey: more['public-key'], checkpoint, manifest })));
  },
  'audit checkpoints': async (args) => {
    const { org, newest } = read(args, ['org'], null, ['newest']);
    await withSession(readSettings(), (session) => writeCheckpoints(session, { org, newest: newest === 'true' }, write));
  },
  'audit public-key': async (args) => {
    read(args, [], null);
    await withSession(readSettings(), async (session) => write(await publicKeys(session)));
  },
};

async function grant(verb: GrantVerb, args: string[]): Promise<void> {
  const { org, label } = read(args, ['org', 'label'], null);
  await withSession(readSettings(), async (session) => write(JSON.stringify(await changeGrant(session, verb, { org, label }))));
}

/** The options and the file of a command; every required one is there. */
function read<R extends string, O extends string = never>(
  args: string[],
  required: readonly R[],
  positional: 'file' | null,
  optional: readonly O[] = [],
): Record<R | 'file', string> & Partial<Record<O, string>> {
  const options = Object.fromEntries([...required, ...optional].map((name) => [name, { type: 'string' as const }]));
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args, options, allowPositionals: positional !== null, strict: true });
  } catch (error) {
    throw new UsageFailure((error as Error).message);
  }
  const missing = required.filter((name) => !parsed.values[name]);
  if (missing.length > 0) throw new UsageFailure(`${missing.map((name) => `--${name}`).join(' and ')} is missing`);
  if (positional !== null && parsed.positionals.length !== 1) throw new UsageFailure('name one FILE, or - for standard input');
  return { ...parsed.values, file: parsed.positionals[0] ?? '' } as Record<R | 'file', string> & Partial<Record<O, string>>;
}

function write(line: string): Promise<void> {
  return new Promise((resolve, reject) => process.stdout.write(`${line}\n`, (error) => (error ? reject(error) : resolve())));
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function main(argv: string[]): Promise<number> {
  const [first = '', second = '', ...rest] = argv;
  const command = COMMANDS[first] ? { run: COMMANDS[first], args: argv.slice(1) } : { run: COMMANDS[`${first} ${second}`], args: rest };
  try {
    if (!command.run) throw new UsageFailure(first ? `there is no command "${[first, second].join(' ').trim()}"` : 'name a command');
    await command.run(command.args);
    return 0;
  } catch (error) {
    // Whoever reads has read enough (head, less).
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return 0;
    if (error instanceof UsageFailure) say(`${error.message}\n${USAGE}`);
    else say(oneLine(error));
    return error instanceof UsageFailure ? 2 : 1;
  }
}

/** A fault of a library may have many lines: the last one says what happened. */
function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return (error instanceof Failure ? lines.join(' ') : lines.at(-1)) || 'Something went wrong.';
}

// A driver's warnings to programmers are not for who runs the command.
process.noDeprecation = true;

process.exit(await main(process.argv.slice(2)));
