import type { PolicyDocument } from '@toolgate/policy/document';
import { explainRule } from '@toolgate/policy/explain';
import type { Conversion } from '@toolgate/policy/problem';

const MOST_RULES = 12;

/** What a document says, as sentences. */
export function PolicySummary({ document, conversions }: { document: PolicyDocument; conversions: Conversion[] }) {
  const rules = [...document.tools];
  return (
    <section aria-label="What it says" className="panel grid gap-1 px-3 py-2.5 text-sm">
      <h2 className="font-medium">What it says</h2>
      {rules.slice(0, MOST_RULES).map(([name, rule]) => (
        <p key={name} className="break-words text-muted">
          {explainRule(name, rule)}
        </p>
      ))}
      {rules.length > MOST_RULES && <p className="text-muted">… and {rules.length - MOST_RULES} more rules.</p>}
      <p className="text-muted">
        {rules.length > 0 ? 'Every other tool is' : 'Every tool is'} {document.default === 'deny' ? 'denied' : 'allowed'}.
      </p>
      {conversions.map(({ pointer, message }) => (
        <p key={pointer} className="text-muted">
          Converted: <code className="break-all font-mono text-xs">{pointer}</code> {message}
        </p>
      ))}
    </section>
  );
}
