import { networkInterfaces } from 'node:os';
import { type AddressKind, kindOfAddress } from './address.ts';
import { ownPorts } from './own-ports.ts';

/** Whether the probe may speak to an address; `reason` in plain words, for the record. */
export type Permit =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'refused'; readonly reason: string; readonly private: boolean };

/** What stays shut even for a shop in a private network: nothing a browser could buy anything at. */
const NEVER: ReadonlySet<AddressKind> = new Set(['metadata', 'unspecified', 'multicast', 'not-an-address']);

const WORDS: Readonly<Record<Exclude<AddressKind, 'public'>, string>> = {
  loopback: 'this machine itself',
  private: 'a private network',
  'link-local': 'the local link',
  shared: 'a network behind a carrier',
  'unique-local': 'a private network',
  reserved: 'reserved, nobody lives there',
  metadata: "a cloud's metadata service",
  unspecified: 'no address to connect to',
  multicast: 'many machines at once',
  'not-an-address': 'no address',
};

/** All addresses of a name are asked for: one private address among public ones is how a rebinding name looks. */
export function permit(address: string, port: number, privateNetwork: boolean): Permit {
  const kind = kindOfAddress(address);
  if (kind === 'public') {
    if (isOurs(address, port)) return OURS;
    return privateNetwork || !BAD_PORTS.has(port)
      ? ALLOWED
      : { kind: 'refused', reason: `port ${port} is none of the web's`, private: false };
  }
  if (privateNetwork && !NEVER.has(kind)) return isOurs(address, port) ? OURS : ALLOWED;
  return { kind: 'refused', reason: `${address} is ${WORDS[kind]}`, private: !NEVER.has(kind) };
}

const ALLOWED: Permit = { kind: 'allowed' };
const OURS: Permit = { kind: 'refused', reason: "a port of the probe's own", private: false };

/** The probe listens on loopback; a machine may answer there under its other addresses too. */
const isOurs = (address: string, port: number): boolean =>
  ownPorts.has(port) &&
  (kindOfAddress(address) === 'loopback' ||
    Object.values(networkInterfaces()).some((of) => of?.some((one) => one.address === address)));

/** "Bad port" of the Fetch standard: services a page must not be able to speak to by accident. */
export const BAD_PORTS: ReadonlySet<number> = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
  109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515,
  526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049,
  3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);
