import type { PolicyDocument } from './document.ts';
import { fromPointer } from './pointer.ts';
import type { PolicyProblem } from './problem.ts';
import { readSourceText } from './source-text.ts';

/** What a document says that no gateway can enforce yet: publishing refuses it, rather than promise it. Without its text, every place is the start. */
export function documentUsesUnsupported(document: PolicyDocument, source = ''): PolicyProblem[] {
  const rules = [document.allTools, ...document.tools.values()].filter((rule) => rule !== null);
  const found = rules.flatMap((rule) => [
    ...rule.approveIf.map(({ pointer }) => ({ pointer, message: '"approve_if" cannot be enforced yet: use "deny_if" for these calls' })),
  ]);
  if (found.length === 0) return [];
  const text = readSourceText(source);
  return found.map((problem) => ({ ...problem, ...text.locate(fromPointer(problem.pointer)) }));
}
