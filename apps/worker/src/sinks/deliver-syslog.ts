/** Syslog (RFC 5424) over TCP or TLS, framed by octet counting (RFC 6587 section 3.4.1, RFC 5425). */
import type { Socket } from 'node:net';
import type { AuditEvent } from '@toolgate/audit/event';
import { connectGuarded } from '@toolgate/egress/guarded-socket';
import { type Deliver, DeliveryFailure, type Sink, severityOf } from './sink.ts';

const CLOSE_MS = 15_000;

/**
 * A connection a batch. Syslog has no answer: that the receiver has read everything shows in that it closes the connection after we have,
 * without an error. Until then the batch counts as not delivered.
 */
export const deliverSyslog: Deliver = async (outlet, sink, events) => {
  const { protocol, hostname, port } = new URL(sink.url);
  const secure = protocol === 'syslog+tls:';
  const where = { host: hostname, port: Number(port || (secure ? 6514 : 601)), secure, allow: outlet.allow };
  let socket: Socket;
  try {
    socket = await connectGuarded({ ...where, ...(outlet.ca === undefined ? {} : { ca: outlet.ca }) });
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    throw new DeliveryFailure(code === 'EGRESS_BLOCKED' ? message : `The receiver could not be reached: ${message || code}`);
  }
  await sendAll(socket, Buffer.concat(events.map((event) => frame(sink, event))));
};

function sendAll(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let ended = false;
    const fail = (why: string) => {
      socket.destroy();
      reject(new DeliveryFailure(why));
    };
    const timer = setTimeout(() => fail('The receiver did not close the connection after it had been given everything.'), CLOSE_MS);
    socket.on('error', (error) => fail(`The connection broke: ${error.message}`));
    socket.on('end', () => {
      ended = true;
    });
    socket.on('close', () => {
      clearTimeout(timer);
      if (ended && socket.writableFinished) resolve();
      else fail('The receiver closed the connection before it had been given everything.');
    });
    socket.resume();
    socket.end(bytes);
  });
}

const FACILITY_AUDIT = 13;

/** LEN SP `<PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID [STRUCTURED-DATA] BOM MSG`; the message is the event as JSON. */
export function frame(sink: Pick<Sink, 'organization'>, event: AuditEvent): Buffer {
  const { id, seq, decision, outcome, tool, grant, server, action, actor } = event;
  const known = { id, seq: String(seq), organization: sink.organization, decision, outcome, tool, grant, server, action, actor };
  const data = Object.entries(known).flatMap(([name, value]) => (value === null ? [] : [`${name}="${paramValue(value)}"`]));
  const head = `<${FACILITY_AUDIT * 8 + severityOf(event)}>1 ${event.at} - toolgate - ${event.kind} [toolgate@32473 ${data.join(' ')}] `;
  const message = Buffer.from(`${head}\ufeff${JSON.stringify(event)}`, 'utf8');
  return Buffer.concat([Buffer.from(`${message.length} `), message]);
}

/** RFC 5424 section 6.3.3; line breaks and other control characters would only harm whoever reads it. */
function paramValue(text: string): string {
  return text
    .slice(0, 256)
    .replace(/\p{Cc}/gu, ' ')
    .replace(/["\\\]]/g, '\\$&');
}
