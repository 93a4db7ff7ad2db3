/** How e-mails leave: the operator's mail server, and who they are from. */
import { BlockList, isIPv6 } from 'node:net';
import type { SMTPTransportOptions } from 'nodemailer';
import addressparser from 'nodemailer/lib/addressparser';

export interface MailSettings {
  /** smtp: or smtps:, with the credentials; what nodemailer takes. */
  url: string;
  from: Sender;
}

export interface Sender {
  name: string;
  address: string;
}

/** @throws an Error without the text, which may hold a password. */
export function smtpAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^smtps?:$/.test(url.protocol) || !url.hostname)
    throw new Error('it must be an address such as smtps://user:password@mail.example.com:465');
  return text;
}

/** `Name <address>`, or the address alone. */
export function parseSender(text: string): Sender {
  const [sender, ...others] = addressparser(text, { flatten: true });
  if (!sender || others.length > 0 || !ADDRESS.test(sender.address) || /\p{Cc}/u.test(text))
    throw new Error('it must be one sender such as Toolgate <toolgate@example.com>');
  return { name: sender.name, address: sender.address };
}

const ADDRESS = /^[^\s@<>,;:"()[\]\\]{1,64}@[^\s@<>,;:"()[\]\\]{1,255}$/;

const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000, dnsTimeout: 10_000 };

/** Over the network mail is encrypted or not sent, unless the address says otherwise: `?requireTLS=false`, or `?ignoreTLS=true`. */
export function transportOptions(url: string): SMTPTransportOptions {
  const { hostname, searchParams } = new URL(url);
  const isDecided = ['requireTLS', 'ignoreTLS', 'opportunisticTLS'].some((name) => searchParams.has(name));
  const own = { ...TIMEOUTS, disableFileAccess: true, disableUrlAccess: true };
  return { url, ...own, ...(isDecided || isLoopback(hostname) ? {} : { requireTLS: true }) };
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return host === 'localhost' || loopback.check(host, isIPv6(host) ? 'ipv6' : 'ipv4');
}
