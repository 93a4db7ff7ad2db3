/** The golden cases of packages/policy in a real browser, through the worker of the policy page's "Try a call": what it decides is what was written down. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { apply, CAPPED, PASSWORD, shared, unique } from './shared.ts';
import { signIn } from './sign-in.ts';
import { root } from './system.ts';
import { visit } from './visit.ts';

interface GoldenCase {
  title: string;
  /** The document as it would be saved; null: no policy is attached. */
  source: string | null;
  call?: Record<string, unknown> & {
    tool: string | ({ name: string } & Record<string, unknown>);
    state?: string;
    args?: unknown;
    /** Arguments that another language's JSON would spoil. */
    argsText?: string;
    /** The argument `v` is a text of this length. */
    longText?: number;
  };
  method?: string;
  expect: Record<string, unknown>;
}

interface Charge {
  scope: string;
  counter: string;
  windowMs: number;
  amountMicros: number;
  maxMicros: number;
  rule: string;
  refundOn: string[];
}

interface Lease {
  scope: string;
  key: string;
  max: number;
  rule: string;
}

interface Decided {
  effect: string;
  code: string;
  rule: string | null;
  message: string;
  charges: Charge[];
  shadowCharges?: Charge[];
  leases: Lease[];
  shadowLeases?: Lease[];
  shadow?: { effect: string; code: string; rule: string | null };
}

type Answer =
  | { kind: 'call'; simulation: { decision: Decided; listed: boolean } }
  | { kind: 'method'; effect: string }
  | { kind: 'no_call'; problem: string };

const cases = readCases();
const organization = unique('golden');
const email = `${organization}@example.com`;

test.beforeAll(async () => {
  await apply({
    organization: { slug: organization, name: 'Golden' },
    owner: { email, name: 'Owner', password: PASSWORD },
    servers: [{ slug: 'wavespeed', name: 'WavespeedMCP', managed: 'wavespeed-demo' }],
    policies: [{ slug: 'capped', name: 'Capped', document: JSON.parse(CAPPED) }],
    grants: [{ label: 'claude-ci', servers: [{ server: 'wavespeed', policy: 'capped' }] }],
  });
});

test('every golden case is decided in the browser as it is written down', async ({ page }) => {
  await keepWorkers(page);
  await openTryCall(page);
  const answers = await askAll(page, cases.map(questionOf));
  expect(answers).toHaveLength(cases.length);
  const differences = cases.flatMap((golden, index) => {
    const seen = seenOf(answers[index]);
    return matches(seen, golden.expect) ? [] : [{ title: golden.title, expected: golden.expect, seen }];
  });
  process.stdout.write(`${cases.length} golden cases in the browser, ${differences.length} differences\n`);
  expect(differences).toEqual([]);
  expect(cases.length).toBeGreaterThanOrEqual(120);
});

test('the page shows what its worker answers: decision, words, rule and steps', async ({ page }) => {
  await openTryCall(page);
  const decision = page.getByRole('region', { name: 'Decision' });
  await page.getByLabel('Tool', { exact: true }).fill('image_to_image');
  await expect(decision.getByText('allowed', { exact: true }).first()).toBeVisible();
  await decision.getByRole('spinbutton').fill('30');
  await expect(decision.getByText('image_to_image is limited to 30 calls per minute per grant; try again in 60 s.')).toBeVisible();
  await page.getByLabel('Tool', { exact: true }).fill('text_to_image');
  await expect(decision.getByText('default_deny')).toBeVisible();
  await decision.getByRole('button', { name: '/default' }).first().click();
  await expect(page.locator('.cm-marked-line')).toContainText('"default"');
});

/** Every worker that the page makes, kept where the test can talk to it. */
async function keepWorkers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const made: Worker[] = [];
    Object.assign(window, { madeWorkers: made });
    window.Worker = class extends Worker {
      constructor(address: string | URL, options?: WorkerOptions) {
        super(address, options);
        made.push(this);
      }
    };
  });
}

async function openTryCall(page: Page): Promise<void> {
  const { dashboardUrl } = shared();
  await signIn(page, email);
  await visit(page, `${dashboardUrl}/${organization}/policies/capped`);
  await page.getByRole('radiogroup', { name: 'Beside the table' }).getByRole('radio', { name: 'Try a call' }).click();
  await expect(page.getByRole('region', { name: 'Decision' }).locator('[data-decision]').first()).toBeVisible();
}

/** Asks the page's own worker, one question after the other. As texts: JSON keeps what a browser's protocol would change on the way. */
async function askAll(page: Page, questions: unknown[]): Promise<Answer[]> {
  const text = await page.evaluate(async (json) => {
    // The page ends a worker that did not get to answer in two seconds, and makes another one.
    const worker = (window as unknown as { madeWorkers: Worker[] }).madeWorkers.at(-1);
    if (!worker) throw new Error('The page has made no worker');
    const answers: unknown[] = [];
    for (const [index, question] of (JSON.parse(json) as unknown[]).entries()) {
      const id = 1_000_000 + index;
      answers.push(
        await new Promise((resolve, reject) => {
          const timer = setTimeout(() => reject(new Error(`No answer to ${JSON.stringify(question)}`)), 120_000);
          const hear = ({ data }: MessageEvent<{ id?: number; answer?: unknown; fault?: string }>) => {
            if (data.id !== id) return;
            worker.removeEventListener('message', hear);
            clearTimeout(timer);
            resolve(data.answer ?? data.fault);
          };
          worker.addEventListener('message', hear);
          worker.postMessage({ id, question });
        }),
      );
    }
    return JSON.stringify(answers);
  }, JSON.stringify(questions));
  return JSON.parse(text) as Answer[];
}

function questionOf({ source, call, method }: GoldenCase): unknown {
  if (!call) return { kind: 'method', source, method };
  const { tool, state, args, argsText, longText, ...rest } = call;
  const plain = { category: 'Write', risk: 'Medium', annotations: {}, state: state ?? 'active' };
  const who = { grant: { label: 'ci', tags: [] }, client: { name: null }, paused: null, used: [] };
  const json =
    longText === undefined ? (argsText ?? JSON.stringify(args === undefined ? {} : args)) : JSON.stringify({ v: 'a'.repeat(longText) });
  return {
    kind: 'call',
    source,
    call: { ...who, ...rest, args: json, tool: { ...plain, ...(typeof tool === 'string' ? { name: tool } : tool) } },
  };
}

/** An answer in the shape that the cases are written in. */
function seenOf(answer: Answer | undefined): Record<string, unknown> {
  if (answer?.kind === 'method') return { method: answer.effect };
  if (answer?.kind !== 'call') return { answer };
  const { decision, listed } = answer.simulation;
  const { effect, code, rule, message, charges, leases, shadow, shadowCharges = [], shadowLeases = [] } = decision;
  return {
    ...{ effect, code, rule, message, listed },
    charges: charges.map(chargeOf),
    shadowCharges: shadowCharges.map(chargeOf),
    leases: leases.map(leaseOf),
    shadowLeases: shadowLeases.map(leaseOf),
    refundOn: charges.map(({ refundOn }) => refundOn),
    shadow: shadow ? [shadow.effect, shadow.code, shadow.rule] : null,
  };
}

const chargeOf = (each: Charge) => [each.scope, each.counter, each.windowMs, each.amountMicros, each.maxMicros, each.rule];
const leaseOf = ({ scope, key, max, rule }: Lease) => [scope, key, max, rule];

/** Whether everything that is expected was seen; lists in full. */
function matches(seen: unknown, expected: unknown): boolean {
  try {
    expect(seen).toMatchObject(expected as Record<string, unknown>);
    return true;
  } catch {
    return false;
  }
}

function readCases(): GoldenCase[] {
  const folder = path.join(root, 'packages/policy/testdata');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const { documents, cases: written } = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as {
        documents: Record<string, unknown>;
        cases: (Omit<GoldenCase, 'title' | 'source'> & { name: string; document: string | null })[];
      };
      return written.map(({ name, document, ...golden }) => ({
        ...golden,
        title: `${file.replace(/\.json$/, '')}: ${name}`,
        source: document === null ? null : textOf(documents[document]),
      }));
    });
}

function textOf(document: unknown): string {
  return typeof document === 'string' ? document : JSON.stringify(document);
}
