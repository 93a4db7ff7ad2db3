import dns from 'node:dns';
import type net from 'node:net';
import { isPublicAddress } from './public-address.ts';

/** What the resolver says of a name; one private address among them refuses them all: which one is taken is up to the network. */
export const publicLookup: net.LookupFunction = (hostname, options, callback) => {
  dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0);
    const [first] = addresses;
    const bad = addresses.find(({ address }) => !isPublicAddress(address));
    if (bad || !first) return callback(new PrivateName(bad?.address ?? 'no address'), '', 0);
    if (options.all) return callback(null, addresses);
    callback(null, first.address, first.family);
  });
};

/** A name that leads to a private address. */
export class PrivateName extends Error {
  readonly address: string;
  constructor(address: string) {
    super(address);
    this.address = address;
  }
}
