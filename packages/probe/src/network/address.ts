import { isIP } from 'node:net';

/** What kind of address it is, as far as it matters who may be spoken to. */
export type AddressKind =
  | 'public'
  | 'loopback'
  | 'private'
  | 'link-local'
  | 'shared'
  | 'unique-local'
  | 'reserved'
  | 'metadata'
  | 'unspecified'
  | 'multicast'
  | 'not-an-address';

/** More specific rows first; sources: IANA special-purpose registries (RFC 6890), the clouds' own manuals. */
export const RANGES: readonly (readonly [range: string, kind: AddressKind, example: string])[] = [
  // Answer with keys to whoever asks from inside the machine.
  ['169.254.169.254/32', 'metadata', '169.254.169.254'],
  ['169.254.170.2/32', 'metadata', '169.254.170.2'],
  ['169.254.170.23/32', 'metadata', '169.254.170.23'],
  ['100.100.100.200/32', 'metadata', '100.100.100.200'],
  ['168.63.129.16/32', 'metadata', '168.63.129.16'],
  ['192.0.0.192/32', 'metadata', '192.0.0.192'],
  ['fd00:ec2::254/128', 'metadata', 'fd00:ec2::254'],
  ['fd00:ec2::23/128', 'metadata', 'fd00:ec2::23'],
  ['fd20:ce::254/128', 'metadata', 'fd20:ce::254'],
  ['0.0.0.0/8', 'unspecified', '0.0.0.0'],
  ['10.0.0.0/8', 'private', '10.1.2.3'],
  ['100.64.0.0/10', 'shared', '100.127.255.255'],
  ['127.0.0.0/8', 'loopback', '127.1.2.3'],
  ['169.254.0.0/16', 'link-local', '169.254.0.1'],
  ['172.16.0.0/12', 'private', '172.31.255.255'],
  ['192.168.0.0/16', 'private', '192.168.1.1'],
  ['192.0.0.0/24', 'reserved', '192.0.0.8'],
  ['192.0.2.0/24', 'reserved', '192.0.2.1'],
  ['192.88.99.0/24', 'reserved', '192.88.99.1'],
  ['198.18.0.0/15', 'reserved', '198.19.255.255'],
  ['198.51.100.0/24', 'reserved', '198.51.100.1'],
  ['203.0.113.0/24', 'reserved', '203.0.113.1'],
  ['224.0.0.0/4', 'multicast', '239.255.255.250'],
  ['255.255.255.255/32', 'multicast', '255.255.255.255'],
  ['240.0.0.0/4', 'reserved', '240.0.0.1'],
  ['::/128', 'unspecified', '::'],
  ['::1/128', 'loopback', '::1'],
  ['fc00::/7', 'unique-local', 'fd12:3456::1'],
  ['fe80::/10', 'link-local', 'fe80::1%eth0'],
  // Site-local: withdrawn (RFC 3879), still routed inside some networks.
  ['fec0::/10', 'private', 'fec0::1'],
  ['ff00::/8', 'multicast', 'ff02::1'],
  ['100::/64', 'reserved', '100::1'],
  ['2001:db8::/32', 'reserved', '2001:db8::1'],
  ['3fff::/20', 'reserved', '3fff::1'],
  ['5f00::/16', 'reserved', '5f00::1'],
  // Teredo hides an IPv4 address of the client's choice, turned round: nobody's shop lives there.
  ['2001::/32', 'reserved', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  // NAT64 for local use (RFC 8215): where the IPv4 address stands is the network's own affair.
  ['64:ff9b:1::/48', 'private', '64:ff9b:1::7f00:1'],
];

/** IPv6 addresses that are an IPv4 address in other clothes: the prefix, and how far right the 32 bits stand. */
const CLOTHES: readonly (readonly [range: string, shift: bigint])[] = [
  ['::ffff:0:0/96', 0n],
  // Translated (RFC 2765), NAT64 (RFC 6052), 6to4 (RFC 3056), IPv4-compatible (withdrawn, still understood).
  ['::ffff:0:0:0/96', 0n],
  ['64:ff9b::/96', 0n],
  ['2002::/16', 80n],
  ['::/96', 0n],
];

interface Prefix {
  readonly version: 4 | 6;
  readonly bits: bigint;
  readonly shift: bigint;
}

const TABLE = RANGES.map(([range, kind]) => ({ kind, prefix: prefixOf(range) }));
const DRESSED = CLOTHES.map(([range, shift]) => ({ shift, prefix: prefixOf(range) }));

/** An address as digits (no name); a zone (`%eth0`) is taken off, brackets too. */
export function kindOfAddress(untrusted: string): AddressKind {
  const address = untrusted.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/s, '');
  const version = isIP(address);
  if (version === 4) return kindOf(4, bitsOf4(address));
  if (version !== 6) return 'not-an-address';
  const bits = bitsOf6(address);
  const known = kindOf(6, bits);
  if (known !== 'public') return known;
  const dressed = DRESSED.find(({ prefix }) => bits >> prefix.shift === prefix.bits);
  return dressed ? kindOf(4, (bits >> dressed.shift) & 0xffff_ffffn) : 'public';
}

const kindOf = (version: 4 | 6, bits: bigint): AddressKind =>
  TABLE.find(({ prefix }) => prefix.version === version && bits >> prefix.shift === prefix.bits)?.kind ??
  'public';

function prefixOf(range: string): Prefix {
  const [address = '', length = ''] = range.split('/');
  const version = address.includes(':') ? 6 : 4;
  const shift = BigInt((version === 6 ? 128 : 32) - Number(length));
  return { version, bits: (version === 6 ? bitsOf6(address) : bitsOf4(address)) >> shift, shift };
}

function bitsOf4(address: string): bigint {
  return address.split('.').reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

/** Of a valid address. */
function bitsOf6(address: string): bigint {
  // `::ffff:127.0.0.1`: the last four bytes may be written the old way.
  const plain = address.replace(/[^:]*\.[^:]*$/, (old) => {
    const bits = bitsOf4(old);
    return `${(bits >> 16n).toString(16)}:${(bits & 0xffffn).toString(16)}`;
  });
  const [head = '', tail] = plain.split('::');
  const groups = (part: string | undefined): string[] => (part ? part.split(':') : []);
  const left = groups(head);
  const right = groups(tail);
  const gap = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...gap, ...right].reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}
