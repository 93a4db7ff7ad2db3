import { exampleArguments } from '@toolgate/catalogue/example-arguments';

/** JSON of arguments with these names, each with a value that fits the tool's schema; null: those that the schema requires. */
export function recordedArguments(inputSchema: unknown, names: readonly string[] | null): string {
  return JSON.stringify(exampleArguments(names === null ? inputSchema : onlyWith(inputSchema, names)), null, 2);
}

/** A schema that requires exactly these arguments; what it does not know may be any text. */
function onlyWith(inputSchema: unknown, names: readonly string[]): unknown {
  const known = propertiesOf(inputSchema);
  return {
    properties: Object.fromEntries(names.map((name) => [name, Object.hasOwn(known, name) ? known[name] : {}])),
    required: names,
  };
}

function propertiesOf(inputSchema: unknown): Record<string, unknown> {
  const properties = typeof inputSchema === 'object' && inputSchema !== null && 'properties' in inputSchema ? inputSchema.properties : null;
  return typeof properties === 'object' && properties !== null ? (properties as Record<string, unknown>) : {};
}
