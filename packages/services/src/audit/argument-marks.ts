import { createHmac } from 'node:crypto';
import { argumentMarkText, MARK_DIGITS, typedValues } from '@toolgate/audit/argument-mark';
import type { AuditQuery, AuditTerm } from '@toolgate/audit/query/query';
import type { Transaction } from '@toolgate/db/database';
import type { Actor } from '../context.ts';
import { may } from '../permission.ts';
import { argumentKey } from '../secret/data-key.ts';
import type { KeyRing } from '../secret/key-ring.ts';

/**
 * The query with its argument values as marks, which is how the log knows them. For who may not read captured values, and without a key
 * ring, they match nothing: to find a value is to have guessed it.
 */
export async function withArgumentMarks(tx: Transaction, actor: Actor, query: AuditQuery, ring: KeyRing | undefined): Promise<AuditQuery> {
  const { organizationId } = actor;
  const keyRing = may(actor, 'audit.capture') ? ring : undefined;
  const isValue = (term: AuditTerm) => term.kind === 'argument' && term.patterns.length > 0;
  if (!query.terms.some(isValue)) return query;
  const key = keyRing && (await argumentKey(tx, keyRing, organizationId));
  const markOf = (text: string | null) =>
    key && text !== null ? [createHmac('sha256', key).update(text).digest('hex').slice(0, MARK_DIGITS)] : [];
  return {
    terms: query.terms.map((term) =>
      term.kind === 'argument' && term.patterns.length > 0
        ? {
            ...term,
            marks: term.patterns.flatMap((pattern) =>
              typedValues(pattern.join('*')).flatMap((value) => markOf(argumentMarkText(term.name, value))),
            ),
          }
        : term,
    ),
  };
}
