/** Sends e-mails through the operator's mail server, one connection each. */
import { createTransport, type NodemailerError } from 'nodemailer';
import { type MailSettings, transportOptions } from './mail-settings.ts';

export interface Mail {
  /** One address. */
  to: string;
  subject: string;
  text: string;
  html: string;
  /** The same however often it is sent, so that mail programs show it once. */
  messageId: string;
}

export interface Mailer {
  /** Rejects with a MailFailure. */
  send(mail: Mail): Promise<void>;
  close(): void;
}

/** `refused`: never to this recipient. `delayed`: not to this one now. `server`: to nobody now. */
export type FailureKind = 'refused' | 'delayed' | 'server';

/** Its message may be shown to anybody; `detail` is for the operator. */
export class MailFailure extends Error {
  override readonly name = 'MailFailure';
  readonly kind: FailureKind;
  readonly detail: string;
  constructor(kind: FailureKind, message: string, detail: string) {
    super(message);
    this.kind = kind;
    this.detail = detail;
  }
}

export function createMailer({ url, from }: MailSettings): Mailer {
  const transport = createTransport(transportOptions(url));
  return {
    close: () => transport.close(),
    async send({ to, ...content }) {
      const headers = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' };
      // Addresses are given as such, never as a header that would be parsed for more of them.
      const addressed = { from, to: { name: '', address: to }, envelope: { from: from.address, to: [to] } };
      await transport.sendMail({ ...content, ...addressed, headers }).catch((error: NodemailerError) => {
        throw failureOf(error);
      });
    },
  };
}

/** Null: the server took it. */
export function deliver(mailer: Mailer, mail: Mail): Promise<MailFailure | null> {
  return mailer.send(mail).then(
    () => null,
    (error: unknown) => {
      if (error instanceof MailFailure) return error;
      throw error;
    },
  );
}

/** What OpenSSL and Node call a certificate or a handshake that they do not accept. */
const NOT_TRUSTED = /CERT|SELF_SIGNED|^UNABLE_TO_|^ERR_(?:TLS|SSL)|^EPROTO$/;

function failureOf(error: NodemailerError): MailFailure {
  const { originalCode, responseCode, command = '', message } = error;
  const code = NOT_TRUSTED.test(originalCode ?? '') ? 'ETLS' : (error.code ?? '');
  const answered = typeof responseCode === 'number' ? ` (it answered ${responseCode})` : '';
  const text = `${textOf(code, command)}${answered}.`;
  const isOfMail = code === 'EMESSAGE' || (code === 'EENVELOPE' && command.startsWith('RCPT'));
  const kind = !isOfMail ? 'server' : Number(responseCode) >= 500 ? 'refused' : 'delayed';
  // What a server says of a login may repeat it.
  return new MailFailure(kind, text, code === 'EAUTH' ? text : `${text} ${code} ${command} ${message}`.slice(0, 500));
}

function textOf(code: string, command: string): string {
  switch (code) {
    case 'ECONNECTION':
    case 'ESOCKET':
    case 'EDNS':
    case 'ETIMEDOUT':
      return 'The mail server cannot be reached';
    case 'ETLS':
      return 'The mail server offers no encrypted connection that can be trusted, and nothing is sent without one';
    case 'EAUTH':
    case 'ENOAUTH':
    case 'EOAUTH2':
      return 'The mail server refused the user name or the password';
    case 'EENVELOPE':
      return command.startsWith('RCPT') ? 'The mail server refused the address of the recipient' : 'The mail server refused the sender';
    case 'EMESSAGE':
      return 'The mail server did not take the message';
    default:
      return 'The e-mail could not be sent';
  }
}
