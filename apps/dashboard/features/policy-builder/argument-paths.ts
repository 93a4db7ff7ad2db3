/** What a condition can look at besides the arguments of the call. */
export const FACT_PATHS = ['tool.category', 'tool.risk', 'grant.label', 'grant.tags', 'client.name'];

const MAX_DEPTH = 4;

interface Argument {
  path: string;
  schema: Record<string, unknown>;
}

/** Paths of the arguments that a tool's JSON Schema names: `args.image`, `args.images[*].url`, `args["a.b"]`. */
export const argumentPaths = (inputSchema: unknown): string[] => [...walk('args', inputSchema, 0)].map(({ path }) => path);

/** Those of them that a limit can add up: one number each. */
export const numericArguments = (inputSchema: unknown): string[] =>
  [...walk('args', inputSchema, 0)].filter(({ path, schema }) => !path.includes('[*]') && isNumeric(schema)).map(({ path }) => path);

function* walk(path: string, schema: unknown, depth: number): Iterable<Argument> {
  if (depth >= MAX_DEPTH || !isObject(schema)) return;
  for (const [name, property] of Object.entries(isObject(schema.properties) ? schema.properties : {})) {
    const below = path + step(name);
    if (!isObject(property)) continue;
    yield { path: below, schema: property };
    yield* walk(below, property, depth + 1);
  }
  if (isObject(schema.items)) {
    yield { path: `${path}[*]`, schema: schema.items };
    yield* walk(`${path}[*]`, schema.items, depth + 1);
  }
}

const step = (name: string): string => (/^[^.[\]"\s]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`);

const isNumeric = ({ type }: Record<string, unknown>): boolean =>
  (Array.isArray(type) ? type : [type]).some((one) => one === 'number' || one === 'integer');

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
