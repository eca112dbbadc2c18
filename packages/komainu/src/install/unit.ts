/** What the guard may do on this machine, as the configuration and the signed releases ask for it. */
export interface UnitOptions {
  readonly guard: string;
  /** The program and its arguments; absolute. */
  readonly command: readonly string[];
  readonly user: string;
  /** The guard's own directory and its store; written to. */
  readonly own: readonly string[];
  /** The web roots. */
  readonly roots: readonly string[];
  /** A response of some root is `restore` or `quarantine`: it writes under the roots. */
  readonly writes: boolean;
  /** Directory of the file that is the halt's switch. */
  readonly halt: string | null;
  /** It is to be told who wrote what; needs the most powerful of all rights. */
  readonly fanotify: boolean;
  /** File with the server's token. */
  readonly token: string;
  readonly server: string;
}

/** Quoted for systemd: its own escapes, and no specifiers or variables. */
const quoted = (word: string): string =>
  `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$').replaceAll('\n', '\\n')}"`;

/** A path in a list of paths: spaces and specifiers escaped. */
const path = (name: string): string =>
  `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('\n', '\\n')}"`;

/** Those it needs to see what only root may; those it needs to put back owner, mode and place; the one fanotify wants. */
function capabilities({ writes, fanotify }: UnitOptions): string {
  return [
    'CAP_DAC_READ_SEARCH',
    ...(writes ? ['CAP_DAC_OVERRIDE', 'CAP_CHOWN', 'CAP_FOWNER', 'CAP_FSETID'] : []),
    ...(fanotify ? ['CAP_SYS_ADMIN'] : []),
  ].join(' ');
}

const isIn = (directory: string, names: readonly string[]) =>
  names.some((name) => name === directory || name.startsWith(`${directory}/`));

/** Where it can be said which machine it speaks to, it may speak to that one only. */
function addresses(server: string): readonly string[] {
  const { hostname } = new URL(server);
  const literal = hostname.replace(/^\[(.*)\]$/, '$1');
  if (hostname === 'localhost' || literal.startsWith('127.') || literal === '::1')
    return ['IPAddressDeny=any', 'IPAddressAllow=localhost'];
  return /^[\d.]+$|:/.test(literal) ? ['IPAddressDeny=any', `IPAddressAllow=${literal}`] : [];
}

/** The systemd unit of a guard: as little of the machine as its work needs. */
export function unitOf(options: UnitOptions): string {
  const { guard, command, user, own, roots, writes, halt, fanotify, token, server } = options;
  const written = [...own, ...(writes ? roots : []), ...(halt === null ? [] : [halt])];
  const seen = [...roots, ...written];
  const rights = capabilities(options);
  return `${[
    '[Unit]',
    `Description=Komainu guard ${guard}`,
    'After=network.target',
    '# It is started again for as long as it takes: a guard that gives up is what an attacker wants.',
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    'Type=notify',
    '# The message is sent by systemd-notify, a child.',
    'NotifyAccess=all',
    `ExecStart=${command.map(quoted).join(' ')}`,
    `User=${user}`,
    `Group=${user}`,
    `LoadCredential=token:${token}`,
    'Environment=KOMAINU_TOKEN_FILE=%d/token',
    'Restart=always',
    'RestartSec=2',
    'TimeoutStartSec=15min',
    'TimeoutStopSec=30',
    'WatchdogSec=60',
    'UMask=0077',
    'WorkingDirectory=/',
    '',
    `CapabilityBoundingSet=${rights}`,
    `AmbientCapabilities=${rights}`,
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    `ProtectHome=${['/home', '/root', '/run/user'].some((home) => isIn(home, seen)) ? 'read-only' : 'yes'}`,
    ...written.map((name) => `ReadWritePaths=${path(name)}`),
    ...(writes ? [] : roots.map((name) => `ReadOnlyPaths=${path(name)}`)),
    ...(isIn('/tmp', seen) || isIn('/var/tmp', seen) ? [] : ['PrivateTmp=yes']),
    'PrivateMounts=yes',
    'PrivateDevices=yes',
    'DevicePolicy=closed',
    'ProtectKernelTunables=yes',
    'ProtectKernelModules=yes',
    'ProtectKernelLogs=yes',
    'ProtectControlGroups=yes',
    'ProtectClock=yes',
    'ProtectHostname=yes',
    ...(fanotify ? [] : ['ProtectProc=invisible']),
    'RestrictNamespaces=yes',
    'RestrictRealtime=yes',
    ...(writes
      ? ['# Sealed files may be setgid: those are put back as they were.']
      : ['RestrictSUIDSGID=yes']),
    'LockPersonality=yes',
    'RemoveIPC=yes',
    'KeyringMode=private',
    'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6',
    ...addresses(server),
    'SystemCallArchitectures=native',
    'SystemCallFilter=@system-service',
    'SystemCallFilter=~@privileged @resources',
    ...(writes ? ['SystemCallFilter=@chown'] : []),
    ...(fanotify ? ['SystemCallFilter=fanotify_init fanotify_mark open_by_handle_at'] : []),
    'SystemCallErrorNumber=EPERM',
    '# No MemoryDenyWriteExecute: the JavaScript engine compiles at run time.',
    '',
    'MemoryHigh=448M',
    'MemoryMax=640M',
    'MemorySwapMax=0',
    'CPUQuota=150%',
    'TasksMax=64',
    'LimitNOFILE=65536',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ].join('\n')}\n`;
}
