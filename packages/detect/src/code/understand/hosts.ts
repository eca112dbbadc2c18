/** As a browser reads them: any slashes, any number of them behind a scheme. */
const ADDRESS = /(?:\b(?:https?|wss?):[\\/]{1,4}|[\\/]{2})[^\s"'`<>{}|^]{1,500}/gi;
const RELAY = /\b(?:stuns?|turns?):([a-z0-9.-]{1,253}(?::\d{1,5})?)/gi;

/** Without a scheme a name is taken for a host only when it ends as skimmers' hosts do. */
const BARE =
  /^(?:[a-z0-9*](?:[a-z0-9_*-]{0,61}[a-z0-9*])?\.){1,8}(?:com|net|org|info|biz|io|co|jp|cn|ru|su|in|us|uk|de|fr|nl|pl|eu|me|cc|pw|ws|to|tk|ml|ga|cf|gq|xyz|top|site|online|shop|store|club|website|space|tech|pro|link|click|live|life|icu|cyou|cloud|app|dev|world|fun|vip|work|buzz|rest|bar|today|agency|network|digital|services|test|example|localhost)(?::\d{1,5})?(?:[/?#]|$)/i;

const MAX_TEXT = 256 * 1024;
const MAX_URL = 200;

/** Tells of every address in a text; hosts in lower case. A name without a dot is none, but for `localhost`. */
export function addressesIn(untrusted: string, found: (host: string, url: string) => void): void {
  if (untrusted.length < 4) return;
  const text = untrusted.length > MAX_TEXT ? untrusted.slice(0, MAX_TEXT) : untrusted;
  if (text.includes('/') || text.includes('\\'))
    for (const [address] of text.matchAll(ADDRESS)) tell(address, found);
  for (const [whole, host = ''] of text.matchAll(RELAY))
    if (host.includes('.')) found(host.toLowerCase(), whole.slice(0, MAX_URL));
  if (text.length < 1000 && BARE.test(text)) tell(`//${text}`, found);
}

function tell(address: string, found: (host: string, url: string) => void): void {
  const url = /^[\\/]/.test(address) ? URL.parse(address, 'https://x.invalid/') : URL.parse(address);
  if (url === null) return;
  const { hostname } = url;
  const isName = hostname.includes('.') && /[a-z0-9*]\.[a-z0-9*-]{2,}$/i.test(hostname);
  const isNumber = /^[\d.]+$/.test(hostname) || hostname.startsWith('[');
  if (isName || isNumber || hostname === 'localhost')
    found(url.host.toLowerCase(), address.slice(0, MAX_URL));
}
