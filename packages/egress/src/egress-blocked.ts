/** A connection that was refused before it was made. The message is for the person who gave the address. */
export class EgressBlocked extends Error {
  readonly code = 'EGRESS_BLOCKED';
  override readonly name = 'EgressBlocked';

  /** Which address the name has is not said: it would tell a tenant about the network that the gateway is in. */
  static privateAddress(host: string, address: string, place: string): EgressBlocked {
    const what = host === address ? `${host} is` : `${host} resolves to`;
    return new EgressBlocked(`${what} a private address. To allow it, add ${place} to TOOLGATE_EGRESS_ALLOW and start again.`);
  }

  static badPort(place: string): EgressBlocked {
    return new EgressBlocked(`${place} is a port of another service than the web, which is never reached. Serve it on another port.`);
  }

  static notTls(place: string): EgressBlocked {
    return new EgressBlocked(
      `${place} was to be reached without TLS, and only TLS is allowed. To allow it, add ${place} to TOOLGATE_EGRESS_ALLOW and start again.`,
    );
  }

  static notHttps(place: string): EgressBlocked {
    return new EgressBlocked(
      `${place} was to be reached over plain http, and only https is allowed. To allow it, add ${place} to TOOLGATE_EGRESS_ALLOW and start again.`,
    );
  }
}
