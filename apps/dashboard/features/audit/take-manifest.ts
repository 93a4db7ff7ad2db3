import type { ExportManifest } from '@toolgate/audit/export-manifest';
import { MANIFEST_MARK } from './export-manifest.ts';

/**
 * Takes the manifest off the end of what was streamed. Throws when there is none: such an export broke off on the way, and is not saved
 * as if it were whole.
 */
export function takeManifest(parts: Uint8Array[]): ExportManifest {
  const mark = MANIFEST_MARK.charCodeAt(0);
  for (let at = parts.length - 1; at >= 0; at--) {
    const part = parts[at] as Uint8Array;
    const found = part.lastIndexOf(mark);
    if (found === -1) continue;
    const manifest = readManifest([part.subarray(found + 1), ...parts.slice(at + 1)]);
    if (!manifest) break;
    parts.splice(at, parts.length - at, part.subarray(0, found));
    return manifest;
  }
  throw new Error('The export broke off before its end. Nothing was saved.');
}

function readManifest(bytes: Uint8Array[]): ExportManifest | null {
  const decoder = new TextDecoder();
  try {
    return JSON.parse(bytes.map((one) => decoder.decode(one, { stream: true })).join('')) as ExportManifest;
  } catch {
    return null;
  }
}
