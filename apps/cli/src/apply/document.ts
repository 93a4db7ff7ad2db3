import { readSourceText } from '@toolgate/policy/source-text';
import { z } from 'zod';
import { Failure } from '../failure.ts';

const Server = z
  .strictObject({
    slug: z.string(),
    name: z.string(),
    managed: z.string().optional(),
    url: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  })
  .refine(({ managed, url }) => (managed === undefined) !== (url === undefined), 'give either "managed" or "url"');

/** What `apply` brings about. What it does not name is left alone. */
export const ApplyDocument = z.strictObject({
  organization: z.strictObject({ slug: z.string(), name: z.string() }),
  owner: z.strictObject({ email: z.string(), name: z.string(), password: z.string() }).optional(),
  servers: z.array(Server).default([]),
  policies: z.array(z.strictObject({ slug: z.string(), name: z.string(), document: z.record(z.string(), z.unknown()) })).default([]),
  grants: z
    .array(z.strictObject({ label: z.string(), servers: z.array(z.strictObject({ server: z.string(), policy: z.string() })).min(1) }))
    .default([]),
});
export type ApplyDocument = z.output<typeof ApplyDocument>;
export type ApplyServer = ApplyDocument['servers'][number];

/** Reads a document strictly: duplicate and unknown keys are errors that name them. Throws a Failure of one line. */
export function readApplyDocument(text: string): ApplyDocument {
  const { value, problems } = readSourceText(text);
  const [problem] = problems;
  if (problem) throw new Failure(`Line ${problem.line}, column ${problem.column}: ${problem.message}`);
  const parsed = ApplyDocument.safeParse(value);
  if (!parsed.success) throw new Failure(parsed.error.issues.map(sentence).join('; '));
  for (const [list, key] of [
    ['servers', 'slug'],
    ['policies', 'slug'],
    ['grants', 'label'],
  ] as const) {
    const names = parsed.data[list].map((entry) => (entry as unknown as Record<string, string>)[key]);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new Failure(`${list}: "${twice}" is there twice`);
  }
  return parsed.data;
}

function sentence(issue: z.core.$ZodIssue): string {
  const path = issue.path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
  const where = path || 'the document';
  if (issue.code === 'unrecognized_keys') return `${where}: unknown key ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
  return `${where}: ${issue.message}`;
}
