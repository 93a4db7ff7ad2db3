/**
 * What a call answers: the JSON of wavespeed-mcp 0.1.26 as text, and each picture as an image of its own. The text names the
 * pictures without repeating their bytes: 100 KB of base64 in a text would fill an agent's context.
 */
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';

export interface Picture {
  bytes: Uint8Array;
  mimeType: 'image/png' | 'image/gif' | 'image/jpeg' | 'image/webp';
}

/** What was made. A generation that failed is a normal result with its error, as it is in the original. */
export interface Generated {
  pictures: Picture[];
  urls: string[];
  model: string;
  error: string | null;
}

/** @param seconds how long it took */
export function toResult(generated: Generated, seconds: number): CallToolResult {
  const encoded = generated.pictures.map(({ bytes, mimeType }) => ({ data: Buffer.from(bytes).toString('base64'), mimeType }));
  const body = {
    status: generated.error === null ? 'success' : 'error',
    urls: generated.urls,
    base64: encoded.map(({ mimeType }, index) => ({ mime_type: mimeType, index })),
    local_files: [],
    error: generated.error,
    processing_time: Math.round(seconds * 1000) / 1000,
    model: generated.model,
  };
  const images = encoded.map(({ data, mimeType }) => ({ type: 'image' as const, data, mimeType }));
  return { content: [{ type: 'text', text: JSON.stringify(body) }, ...images] };
}

export const failed = (model: string, error: string): Generated => ({ pictures: [], urls: [], model, error });
