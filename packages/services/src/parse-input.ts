import type { z } from 'zod';
import { done, type Result, refuse } from './refusal.ts';

/** Reads what came in. The refusal names every field that is wrong; an unknown key is one. */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): Result<z.output<S>> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return done(parsed.data);
  const fields: Record<string, string> = {};
  for (const issue of parsed.error.issues) {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
    for (const key of keys) {
      const path = [...issue.path, ...(key === undefined ? [] : [key])].join('.');
      fields[path] ??= key === undefined ? issue.message : 'Nothing of this name is known here.';
    }
  }
  const [[path, message] = ['', 'This cannot be read.']] = Object.entries(fields);
  return refuse('invalid', path ? `${path}: ${message}` : message, fields);
}
