import type { HostPolicy } from "@mailwright/core";
import ipaddr from "ipaddr.js";
import type { AddressPolicy } from "./checked-agent.js";

/** What accounts may connect to beside public mail servers. */
export interface AllowedHosts {
  /** Networks (`10.0.0.0/8`), addresses and names. */
  readonly hosts: readonly string[];
  readonly ports: readonly number[];
}

const MAIL_PORTS = [25, 110, 143, 465, 587, 993, 995, 2525];

/**
 * Lets accounts reach public addresses at the ports of mail, and what the operator has allowed. Everything that leads
 * into this machine or its network is refused, however the address is written: every address of a name must pass, and
 * exactly those are connected to.
 */
export function createHostPolicy({ hosts, ports }: AllowedHosts): HostPolicy {
  const { names, networks } = readHosts(hosts);
  return ({ host, port, addresses }) => {
    if (!MAIL_PORTS.includes(port) && !ports.includes(port)) return false;
    if (names.has(host.toLowerCase())) return true;
    return addresses.length > 0 && addresses.every((address) => isAllowed(address, networks));
  };
}

/** Lets webhooks lead to public addresses, and to the hosts that the operator has allowed. */
export function createWebPolicy(hosts: AllowedHosts["hosts"]): AddressPolicy {
  const { names, networks } = readHosts(hosts);
  return (address, host) => names.has(host.toLowerCase()) || isAllowed(address, networks);
}

/** Whether an address belongs to the public network, also when it wraps one that does not. */
export function isPublicAddress(address: string): boolean {
  return isAllowed(address, []);
}

type Address = ReturnType<typeof ipaddr.parse>;
type Network = readonly [Address, number];

function isAllowed(address: string, networks: readonly Network[]): boolean {
  const unwrapped = unwrap(address);
  if (unwrapped === undefined) return false;
  const isListed = networks.some(
    ([network, bits]) => network.kind() === unwrapped.kind() && unwrapped.match(network, bits),
  );
  return isListed || unwrapped.range() === "unicast";
}

/** The address that packets end at: IPv6 has several ways to write one of IPv4. */
function unwrap(address: string): Address | undefined {
  // Only the usual form: what else parsers take for an address (octal, one number) differs between them.
  const plain = address.replace(/%.*$/, "");
  if (!ipaddr.IPv6.isValid(plain) && !ipaddr.IPv4.isValidFourPartDecimal(plain)) return undefined;
  const parsed = ipaddr.parse(plain);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed;
  if (parsed.isIPv4MappedAddress()) return parsed.toIPv4Address();
  const { parts } = parsed;
  const ipv4 = (at: number): Address => {
    const [high = 0, low = 0] = parts.slice(at, at + 2);
    return new ipaddr.IPv4([high >> 8, high & 0xff, low >> 8, low & 0xff]);
  };
  if (parsed.range() === "6to4") return ipv4(1);
  // NAT64 (RFC 6052), and the IPv4-compatible form that nobody should use.
  if (parsed.range() === "rfc6052" || parts.slice(0, 6).every((part) => part === 0)) {
    return parts.slice(0, 7).every((part) => part === 0) ? parsed : ipv4(6);
  }
  return parsed;
}

function readHosts(hosts: AllowedHosts["hosts"]) {
  return {
    names: new Set(hosts.map((host) => host.toLowerCase())),
    networks: hosts.flatMap((host) => (isNetwork(host) ? [parseNetwork(host)] : [])),
  };
}

function isNetwork(text: string): boolean {
  return ipaddr.isValid(text) || ipaddr.isValidCIDR(text);
}

function parseNetwork(text: string): Network {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  const address = ipaddr.parse(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}
