/** The arguments of the three tools: the schemas of tools.ts as zod, strict, with the same defaults. */
import { z } from 'zod';

const model = z.string().nullable().default(null);
const loras = z
  .array(z.record(z.string(), z.union([z.string(), z.number()])))
  .nullable()
  .default(null);
/** Accepted, because clients of the original send them; nothing is ever written where a caller says. */
const ignored = { output_directory: z.string().nullable().default(null), request_id: z.string().nullable().default(null) };
const shared = { model, enable_safety_checker: z.boolean().default(true), ...ignored };
const seed = z.int().default(-1);

export const TextToImage = z.strictObject({
  prompt: z.string(),
  loras,
  size: z.string().default('1024*1024'),
  num_inference_steps: z.int().default(28),
  guidance_scale: z.number().default(3.5),
  num_images: z.int().default(1),
  seed,
  ...shared,
});

export const ImageToImage = z.strictObject({
  image: z.string(),
  images: z.array(z.string()),
  prompt: z.string(),
  guidance_scale: z.number().default(3.5),
  ...shared,
});

export const GenerateVideo = z.strictObject({
  image: z.string(),
  prompt: z.string(),
  negative_prompt: z.string().default(''),
  loras,
  size: z.string().default('832*480'),
  num_inference_steps: z.int().default(30),
  duration: z.int().default(5),
  guidance_scale: z.number().default(5),
  flow_shift: z.int().default(3),
  seed,
  ...shared,
});

export type TextToImage = z.infer<typeof TextToImage>;
export type ImageToImage = z.infer<typeof ImageToImage>;
export type GenerateVideo = z.infer<typeof GenerateVideo>;

/** A call that was understood. */
export type Order =
  | { tool: 'text_to_image'; args: TextToImage; sizeGiven: boolean }
  | { tool: 'image_to_image'; args: ImageToImage }
  | { tool: 'generate_video'; args: GenerateVideo; sizeGiven: boolean };

/** What the caller is told about arguments that do not fit: one line per problem. */
export class ArgumentsRefused extends Error {}

/** Throws `ArgumentsRefused`; null when there is no such tool. */
export function readOrder(tool: string, given: Record<string, unknown>): Order | null {
  const sizeGiven = given.size !== undefined;
  switch (tool) {
    case 'text_to_image':
      return { tool, args: parse(tool, TextToImage, given), sizeGiven };
    case 'image_to_image':
      return { tool, args: parse(tool, ImageToImage, given) };
    case 'generate_video':
      return { tool, args: parse(tool, GenerateVideo, given), sizeGiven };
    default:
      return null;
  }
}

function parse<T>(tool: string, schema: z.ZodType<T>, given: Record<string, unknown>): T {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const lines = read.error.issues.map((issue) => {
    const at = issue.path.join('.');
    const missing = issue.code === 'invalid_type' && issue.path.length === 1 && given[String(issue.path[0])] === undefined;
    return `- ${at ? `${at}: ` : ''}${missing ? 'required' : issue.message}`;
  });
  throw new ArgumentsRefused(`The arguments do not fit ${tool}:\n${lines.join('\n')}`);
}
