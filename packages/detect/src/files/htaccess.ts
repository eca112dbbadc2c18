/** Lines that only take away: who may read, what is listed, whether anything runs. */
const RESTRICTS: readonly RegExp[] = [
  /^(?:order|allow|deny|require|satisfy)\s[\w\s,.:/-]{1,200}$/i,
  /^options(?:\s+-\w{1,30}){1,10}$/i,
  /^options\s+none$/i,
  /^allowoverride\s+none$/i,
  /^(?:sethandler|forcetype)\s+(?:none|default-handler|application\/octet-stream)$/i,
  /^remove(?:handler|type)\s[\w\s.-]{1,200}$/i,
  /^php_flag\s+engine\s+(?:off|0)$/i,
  /^indexignore\s[\w\s.*-]{1,100}$/i,
  /^fileetag\s[\w\s]{1,60}$/i,
  /^expires\w{1,20}\s[\w\s/"-]{1,100}$/i,
  /^addtype\s+(?:image|video|audio|font)\/[\w.+-]{1,40}(?:\s+\.\w{1,10}){1,10}$/i,
  /^addtype\s+(?:text\/plain|application\/octet-stream)(?:\s+\.?\w{1,10}){1,20}$/i,
  /^header\s+(?:always\s+)?set\s+(?:cache-control|x-content-type-options|content-disposition|content-security-policy)\s[^\n]{1,200}$/i,
  /^<\/?(?:files|filesmatch|ifmodule|ifversion|limit|limitexcept|requireall|requireany|requirenone)(?:\s[^<>]{0,200})?>$/i,
];

/** A `.htaccess` that can only make a folder for uploads safer; one line it does not know, and it is none. */
export function restrictsOnly(bytes: Uint8Array): boolean {
  if (bytes.length > 20_000) return false;
  return Buffer.from(bytes)
    .toString('latin1')
    .replaceAll(/\\\r?\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .every((line) => line === '' || line.startsWith('#') || RESTRICTS.some((rule) => rule.test(line)));
}
