/**
 * A tool's category from its definition: deterministic, explained, and cautious. Everything in a definition comes from
 * the server, so a signal may raise the category; nothing that merely claims to be harmless lowers it.
 */
import { type Category, type Risk, riskOf, SEVERITY } from './category.ts';
import { WEAK } from './lexicon.ts';
import { nameSignal } from './name-signal.ts';
import { schemaSignals } from './schema-signals.ts';
import type { Signal } from './signal.ts';
import { textSignals } from './text-signals.ts';

export interface ToolDefinition {
  name: string;
  description?: string | null | undefined;
  inputSchema?: unknown;
  annotations?: unknown;
}

export interface Evidence {
  signal: string;
  detail: string;
}

export interface Classification {
  category: Category;
  risk: Risk;
  /** What speaks for the category first, then what else was seen. Never empty. */
  evidence: Evidence[];
  /** 0 … 1. */
  confidence: number;
}

export function classifyTool(tool: ToolDefinition): Classification {
  const description = tool.description ?? '';
  const { lead, further } = textSignals(description);
  const name = nameSignal(tool.name, lead?.category === 'Read');
  const readNamed = name?.category === 'Read';
  const said = [lead, ...further].filter((signal) => signal !== null).filter((signal) => !(readNamed && WEAK.has(signal.verb)));
  const own: Signal[] = [
    ...(name ? [name] : []),
    ...said,
    ...schemaSignals(tool.inputSchema, readNamed || (!name && lead?.category === 'Read')),
  ];
  const signals = [...own, ...annotationSignals(tool.annotations)];
  if (signals.length === 0) signals.push(NOTHING);
  const category = decide(name, lead, signals);
  const evidence = [
    ...signals.filter((signal) => signal.category === category),
    ...signals.filter((signal) => signal.category !== category),
  ];
  return {
    category,
    risk: riskOf(category),
    evidence: [...unique(evidence), ...generation(tool, description, category)].slice(0, 8),
    confidence: confidenceOf(category, name, lead, signals),
  };
}

const NOTHING: Signal = { source: 'default', category: 'Execute', detail: 'nothing in the definition says what it does' };

/** The worst signal, with one exception: what cancels a payment takes away, it does not pay. */
function decide(name: Signal | null, lead: Signal | null, signals: Signal[]): Category {
  if (name?.category === 'Destructive' && lead?.category !== 'Financial') return 'Destructive';
  return signals.reduce((worst, { category }) => (SEVERITY[category] > SEVERITY[worst] ? category : worst), 'Read' as Category);
}

/** Hints of the server: `destructiveHint: true` and `readOnlyHint: false` raise; `readOnlyHint: true` is a claim and changes nothing. */
function annotationSignals(annotations: unknown): Signal[] {
  if (typeof annotations !== 'object' || annotations === null) return [];
  const { destructiveHint, readOnlyHint } = annotations as Record<string, unknown>;
  const found: Signal[] = [];
  if (destructiveHint === true && readOnlyHint !== true)
    found.push({ source: 'annotations', category: 'Destructive', detail: 'destructiveHint is true' });
  if (readOnlyHint === false) found.push({ source: 'annotations', category: 'Write', detail: 'readOnlyHint is false' });
  return found;
}

function confidenceOf(category: Category, name: Signal | null, lead: Signal | null, signals: Signal[]): number {
  if (signals.includes(NOTHING)) return 0.2;
  if (name?.category === category && lead?.category === category) return 0.95;
  if (name?.category === category) return lead === null ? 0.8 : 0.7;
  if (lead?.category === category) return name === null ? 0.75 : 0.6;
  return 0.5;
}

/** A service that makes images or video mostly bills each call; that alone is not evidence that money moves. */
function generation(tool: ToolDefinition, description: string, category: Category): Evidence[] {
  if (category !== 'Write' || !/image|video|audio|speech|music/i.test(`${tool.name} ${description}`)) return [];
  if (!/\b(generates?|creates?|renders?|makes?)\b|_to_/i.test(`${tool.name} ${description}`)) return [];
  return [
    {
      signal: 'description',
      detail: 'it makes something new and says nothing of spending: Write, and worth a limit in case calls are billed',
    },
  ];
}

function unique(signals: Signal[]): Evidence[] {
  const byDetail = new Map(signals.map(({ source, detail }) => [detail, { signal: source, detail }]));
  return [...byDetail.values()];
}
