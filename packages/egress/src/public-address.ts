import ipaddr from 'ipaddr.js';

/** Azure's platform address: unicast by every registry, yet it serves a machine's own metadata. */
const WIRE_SERVER = '168.63.129.16';
const GLOBAL_UNICAST = ipaddr.IPv6.parse('2000::');

/**
 * Whether an IP address (text, without brackets) is one that the whole internet may reach. Everything special is not: private, loopback,
 * link-local, carrier NAT, multicast, documentation, tunnels. Text that is no address is not either.
 */
export function isPublicAddress(text: string): boolean {
  const address = parse(text);
  if (address?.range() !== 'unicast') return false;
  if (address instanceof ipaddr.IPv6) return address.match(GLOBAL_UNICAST, 3);
  return address.toString() !== WIRE_SERVER;
}

/** IPv4 that is written as IPv6 (::ffff:127.0.0.1) is judged as the IPv4 that it reaches. */
function parse(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  if (text.includes('%') || !ipaddr.isValid(text)) return null;
  const address = ipaddr.parse(text);
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}
