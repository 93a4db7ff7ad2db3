/** One argument of a tool, as a form shows it. */
export interface ArgumentField {
  name: string;
  required: boolean;
  /** `json`: lists, objects, and what the schema leaves open. */
  kind: 'text' | 'number' | 'boolean' | 'choice' | 'json';
  choices: unknown[];
  description: string;
}

/** The fields of a tool's own arguments, those that it requires first. */
export function argumentFields(inputSchema: unknown): ArgumentField[] {
  const schema = asObject(inputSchema);
  const required = Array.isArray(schema?.required) ? schema.required : [];
  const fields = Object.entries(asObject(schema?.properties) ?? {}).map(([name, property]) =>
    fieldOf(name, asObject(property) ?? {}, required),
  );
  return [...fields.filter((field) => field.required), ...fields.filter((field) => !field.required)];
}

function fieldOf(name: string, { type, enum: choices, description }: Record<string, unknown>, required: unknown[]): ArgumentField {
  const listed = Array.isArray(choices) && choices.length > 0 ? choices : [];
  return {
    name,
    required: required.includes(name),
    kind: listed.length > 0 ? 'choice' : kindOf(type),
    choices: listed,
    description: typeof description === 'string' ? description : '',
  };
}

function kindOf(type: unknown): ArgumentField['kind'] {
  switch (type) {
    case 'string':
      return 'text';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return 'json';
  }
}

/** The arguments with one of them set, or left out (undefined); the others keep their places. Names such as `__proto__` are names. */
export function withArgument(args: Record<string, unknown>, name: string, value: unknown): Record<string, unknown> {
  const entries = new Map(Object.entries(args));
  if (value === undefined) entries.delete(name);
  else entries.set(name, value);
  return Object.fromEntries(entries);
}

/** The arguments in a text, as long as they are an object: what a form can show. */
export function readArguments(text: string): Record<string, unknown> | null {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}

const asObject = (value: unknown): Record<string, unknown> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
