import type { AuditQuery, AuditTerm, Limit, Pattern } from './query.ts';

/** The query as text, which `parseQuery` reads back to the same query. */
export const printQuery = (query: AuditQuery): string => query.terms.map(printTerm).join(' ');

export function printTerm(term: AuditTerm): string {
  switch (term.kind) {
    case 'value':
      return `${minus(term)}${term.field}:${term.patterns.map(printPattern).join(',')}`;
    case 'range':
      return `${minus(term)}${term.field}:${printRange(term.min, term.max)}`;
    case 'time':
      return `${term.bound}:${term.moment}`;
    case 'argument': {
      const name = `${minus(term)}arg.${/^[\w.$-]+$/.test(term.name) ? term.name : quote(term.name)}`;
      return term.patterns.length > 0 ? `${name}:${term.patterns.map(printPattern).join(',')}` : name;
    }
    case 'text':
      return `${minus(term)}${isPlainText(term.text) ? term.text : quote(term.text)}`;
  }
}

/** Bare where that reads the same, else quoted. */
export const printPattern = (pattern: Pattern): string =>
  pattern.length === 1 && pattern[0] === '' ? '""' : pattern.map((part) => (part === '' || isBare(part) ? part : quote(part))).join('*');

export const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

const minus = ({ negated }: { negated: boolean }): string => (negated ? '-' : '');
const isBare = (text: string): boolean => !/[\s",*\\()]/.test(text);
/** What would be read as a field, a negation or an operator is quoted. */
const isPlainText = (text: string): boolean =>
  /^[^\s"\\:()*,-][^\s"\\:()*,]*$/.test(text) && !/^(and|or|not)$/i.test(text) && !/^arg\./i.test(text);

function printRange(min: Limit | null, max: Limit | null): string {
  if (min && max) return min.value === max.value ? String(min.value) : `${min.value}..${max.value}`;
  if (min) return `${min.inclusive ? '>=' : '>'}${min.value}`;
  return max ? `${max.inclusive ? '<=' : '<'}${max.value}` : '*';
}
