import { request } from 'undici';
import { DeliveryFailure, type Outlet } from './sink.ts';

const ANSWER_MS = 15_000;
const SHOWN_BYTES = 300;
const LONGEST_RETRY_AFTER_MS = 3600_000;

/** Posts through the guarded connector; anything but a 2xx is a failure. Gives the beginning of the answer's body. */
export async function post({ dispatcher }: Outlet, url: string, headers: Record<string, string>, body: string): Promise<string> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const response = await request(url, { dispatcher, method: 'POST', headers: { 'user-agent': 'Toolgate', ...headers }, body, signal });
    const text = await beginning(response.body);
    if (response.statusCode >= 200 && response.statusCode < 300) return text;
    throw new DeliveryFailure(`The receiver answered ${response.statusCode}${text ? `: ${text}` : ''}`, retryAfter(response.headers));
  } catch (error) {
    if (error instanceof DeliveryFailure) throw error;
    const { name, message, code } = error as Error & { code?: string };
    if (name === 'TimeoutError') throw new DeliveryFailure(`The receiver did not answer within ${ANSWER_MS / 1000} s.`);
    throw new DeliveryFailure(code === 'EGRESS_BLOCKED' ? message : `The receiver could not be reached: ${message || code || name}`);
  }
}

/** The rest is not read: a receiver may answer without end. */
async function beginning(body: AsyncIterable<Buffer> & { destroy(): unknown }): Promise<string> {
  let text = '';
  for await (const chunk of body) {
    text += chunk.toString('utf8');
    if (text.length >= SHOWN_BYTES) break;
  }
  body.destroy();
  return text.slice(0, SHOWN_BYTES).replace(/\s+/g, ' ').trim();
}

/** RFC 9110 section 10.2.3, in seconds or as a date. */
function retryAfter(headers: Record<string, string | string[] | undefined>): number | null {
  const value = [headers['retry-after']].flat()[0];
  if (value === undefined) return null;
  const ms = /^\d{1,6}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), LONGEST_RETRY_AFTER_MS) : null;
}
