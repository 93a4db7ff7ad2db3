/** Arguments that fit a tool's JSON Schema roughly: its required properties, each with its default, first choice, or a plain value. */
export function exampleArguments(inputSchema: unknown): Record<string, unknown> {
  const schema = asObject(inputSchema);
  const properties = asObject(schema?.properties);
  const required = Array.isArray(schema?.required) ? schema.required : [];
  return Object.fromEntries(
    required.flatMap((name) =>
      typeof name === 'string' && properties && Object.hasOwn(properties, name) ? [[name, exampleValue(name, properties[name])]] : [],
    ),
  );
}

function exampleValue(name: string, property: unknown): unknown {
  const schema = asObject(property);
  if (!schema) return '';
  if (schema.default !== undefined) return schema.default;
  if (Array.isArray(schema.examples) && schema.examples.length > 0) return schema.examples[0];
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return schema.enum[0];
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'number':
    case 'integer':
      return typeof schema.minimum === 'number' ? schema.minimum : 1;
    case 'boolean':
      return false;
    case 'array':
      return [];
    case 'object':
      return {};
    default:
      return exampleText(name, schema.format);
  }
}

function exampleText(name: string, format: unknown): string {
  if (/image|picture/i.test(name)) return 'https://example.com/picture.png';
  if (format === 'uri' || /url/i.test(name)) return 'https://example.com/';
  return /prompt|text|message|query/i.test(name) ? 'a lighthouse at dusk' : 'text';
}

const asObject = (value: unknown): Record<string, unknown> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
