import type { PolicyDocument } from '@toolgate/policy/document';
import { explainDocument } from '@toolgate/policy/explain-document';
import type { Conversion } from '@toolgate/policy/problem';

const MOST = 12;

/** What a document says, as sentences. */
export function PolicySummary({ document, conversions }: { document: PolicyDocument; conversions: Conversion[] }) {
  const sentences = explainDocument(document);
  const last = sentences.at(-1);
  return (
    <section aria-label="What it says" className="panel grid gap-1 px-3 py-2.5 text-sm">
      <h2 className="font-medium">What it says</h2>
      {sentences
        .slice(0, -1)
        .slice(0, MOST)
        .map(({ pointer, text }) => (
          <p key={pointer} className="break-words text-muted">
            {text}
          </p>
        ))}
      {sentences.length > MOST + 1 && <p className="text-muted">… and {sentences.length - MOST - 1} more.</p>}
      {last && <p className="text-muted">{last.text}</p>}
      {conversions.map(({ pointer, message }) => (
        <p key={pointer} className="text-muted">
          Converted: <code className="break-all font-mono text-xs">{pointer}</code> {message}
        </p>
      ))}
    </section>
  );
}
