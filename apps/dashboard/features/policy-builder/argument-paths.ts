import { GRANT_KINDS } from './builder-grant.ts';

const MAX_DEPTH = 4;

/** An argument of a tool, as its JSON Schema has it. */
export interface ToolArgument {
  /** `args.image`, `args.images[*].url`, `args["a.b"]`. */
  path: string;
  /** Of JSON Schema; empty: any. */
  types: string[];
  /** The only values that it takes; null: not said. */
  choices: unknown[] | null;
  description: string;
}

const fact = (path: string, types: string[], choices: unknown[] | null, description: string): ToolArgument => ({
  path,
  types,
  choices,
  description,
});

/** What a condition can look at besides the arguments of the call. */
export const FACTS: readonly ToolArgument[] = [
  fact('tool.category', ['string'], ['Read', 'Write', 'Execute', 'Destructive', 'Financial'], 'What kind of tool it is'),
  fact('tool.risk', ['string'], ['Low', 'Medium', 'High', 'Critical'], 'How much harm it can do'),
  ...['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'].map((hint) =>
    fact(`tool.annotations.${hint}`, ['boolean'], [true, false], 'What the server claims of it'),
  ),
  fact('grant.label', ['string'], null, 'The name of the grant'),
  fact('grant.tags', ['array'], [...GRANT_KINDS], 'The kind of the grant'),
  fact('client.name', ['string'], null, 'What the MCP client calls itself'),
];
export const FACT_PATHS = FACTS.map(({ path }) => path);

/** Everything that a tool's JSON Schema names, outermost first. */
export const toolArguments = (inputSchema: unknown): ToolArgument[] => [...walk('args', inputSchema, 0)];

/** Those of several tools, each path once: what the first tool says of it. */
export function argumentsOf(inputSchemas: readonly unknown[]): ToolArgument[] {
  const byPath = new Map<string, ToolArgument>();
  for (const schema of inputSchemas)
    for (const argument of toolArguments(schema)) if (!byPath.has(argument.path)) byPath.set(argument.path, argument);
  return [...byPath.values()];
}

export const argumentPaths = (inputSchema: unknown): string[] => toolArguments(inputSchema).map(({ path }) => path);

/** Whether a limit can add it up: one number each call. */
export const isNumeric = ({ path, types }: ToolArgument): boolean =>
  !path.includes('[*]') && types.some((type) => type === 'number' || type === 'integer');

export const numericArguments = (inputSchema: unknown): string[] =>
  toolArguments(inputSchema)
    .filter(isNumeric)
    .map(({ path }) => path);

function* walk(path: string, schema: unknown, depth: number): Iterable<ToolArgument> {
  if (depth >= MAX_DEPTH || !isObject(schema)) return;
  for (const [name, property] of Object.entries(isObject(schema.properties) ? schema.properties : {})) {
    const below = path + step(name);
    if (!isObject(property)) continue;
    yield argument(below, property);
    yield* walk(below, property, depth + 1);
  }
  if (isObject(schema.items)) {
    yield argument(`${path}[*]`, schema.items);
    yield* walk(`${path}[*]`, schema.items, depth + 1);
  }
}

const argument = (path: string, { type, enum: choices, description }: Record<string, unknown>): ToolArgument => ({
  path,
  types: (Array.isArray(type) ? type : [type]).filter((one) => typeof one === 'string'),
  choices: Array.isArray(choices) && choices.length > 0 ? choices : null,
  description: typeof description === 'string' ? description : '',
});

const step = (name: string): string => (/^[^.[\]"\s]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
