import { execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { access, constants, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProbeError } from '../error.ts';
import { ownPorts } from '../network/own-ports.ts';
import { DESKTOP_AGENT, DESKTOP_WINDOW } from './disguise.ts';

export interface Chromium {
  readonly pid: number;
  /** WebSocket address of the DevTools of the whole browser. */
  readonly address: string;
  readonly profile: string;
  /** Resolves when process and profile are gone. */
  close(): Promise<void>;
}

/** Chromium's own doings: traffic, bubbles that would take the focus from the page, pages and processes of its own. */
const OFF = [
  'Translate',
  'OptimizationHints',
  'MediaRouter',
  'DialMediaRouteProvider',
  'AutofillServerCommunication',
  'CertificateTransparencyComponentUpdater',
  'HttpsUpgrades',
  'PaintHolding',
  // `unload` must really run when a page is left.
  'BackForwardCache',
  // The address bar's popups are pages with hundreds of modules, loaded anew for every window.
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'SpareRendererForSitePerProcess',
];

const FLAGS = [
  '--headless=new',
  '--disable-gpu',
  // No WebGL rather than one that calls itself SwiftShader: a headed browser on a machine without a graphics card has none.
  '--disable-software-rasterizer',
  '--disable-quic',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-breakpad',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-client-side-phishing-detection',
  '--disable-search-engine-choice-screen',
  '--password-store=basic',
  '--use-mock-keychain',
  '--mute-audio',
  '--disable-extensions',
  '--disable-field-trial-config',
  '--disable-component-extensions-with-background-pages',
  '--metrics-recording-only',
  '--disable-hang-monitor',
  '--animation-duration-scale=0',
  // A desktop has a mouse, which a headless browser denies; touch emulation overrides it for a mobile visitor.
  '--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4',
  // navigator.webdriver stays false, as in a shopper's browser.
  '--disable-blink-features=AutomationControlled',
  // WebRTC only over TCP and through the proxy, never over UDP, which goes round every witness. (content_shell's
  // --force-webrtc-ip-handling-policy is ignored here without a word.)
  '--webrtc-ip-handling-policy=disable_non_proxied_udp',
  // A page in the background of another visit keeps its timers.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  `--disable-features=${OFF.join()}`,
  // What workers and unload traffic say of the visitor, which no session's override reaches.
  '--lang=ja',
  '--accept-lang=ja,en-US,en',
  `--window-size=${DESKTOP_WINDOW.width},${DESKTOP_WINDOW.height}`,
  '--remote-debugging-port=0',
];

/**
 * Started through a shell that waits on our pipe: when this process ends, even by `kill -9`, the pipe closes and the
 * shell takes the browser and its profile away. Nothing is left behind.
 */
const KEEPER = `profile=$1; shift
"$@" </dev/null >/dev/null 2>"$profile/stderr.log" &
browser=$!
echo $browser
cat >/dev/null
kill -9 $browser 2>/dev/null
wait $browser 2>/dev/null
n=0
while [ $n -lt 20 ] && ! rm -rf "$profile" 2>/dev/null; do n=$((n+1)); sleep 0.05; done`;

/** A seed of `Math.random`. */
export const newSeed = (): number => randomInt(1, 2 ** 31);

/** @throws ProbeError `no-browser`, `no-start` */
export async function startChromium(
  executable: string,
  signal?: AbortSignal,
  seed = newSeed(),
): Promise<Chromium> {
  await access(executable, constants.X_OK).catch((cause: unknown) => {
    throw new ProbeError(
      'no-browser',
      `no browser at ${executable}: install Chromium (apt install chromium)`,
      { cause },
    );
  });
  const version = await versionOf(executable);
  const profile = await mkdtemp(join(tmpdir(), 'komainu-visit-'));
  const flags = process.getuid?.() === 0 ? [...FLAGS, '--no-sandbox'] : FLAGS;
  const keeper = spawn(
    '/bin/sh',
    [
      '-c',
      KEEPER,
      'komainu-browser',
      profile,
      executable,
      `--user-data-dir=${profile}`,
      `--user-agent=${DESKTOP_AGENT(version)}`,
      ...flags,
      // Every realm begins with the same draws; see draws.ts.
      `--js-flags=--random-seed=${seed}`,
      'about:blank',
    ],
    // A group of its own: Ctrl-C in a terminal must not take the browser from under a visit that is being wound up.
    { detached: true, stdio: ['pipe', 'pipe', 'ignore'], env: environment() },
  );
  keeper.stdin.on('error', () => undefined);
  const pid = new Promise<number>((resolve) =>
    keeper.stdout.once('data', (d: Buffer) => resolve(Number(d.toString()))),
  );
  const ended = new Promise<void>((resolve) => keeper.once('close', () => resolve()));
  const close = async (): Promise<void> => {
    keeper.stdin.end();
    await ended;
    await rm(profile, { recursive: true, force: true });
  };
  try {
    const id = await pid;
    const address = await devtoolsAddress(profile, id, signal);
    const port = Number(new URL(address).port);
    ownPorts.add(port);
    void ended.then(() => ownPorts.delete(port));
    return { pid: id, address, profile, close };
  } catch (cause) {
    const log = await readFile(join(profile, 'stderr.log'), 'utf8').catch(() => '');
    await close();
    throw new ProbeError('no-start', `the browser did not start: ${log.trim().split('\n').at(-1) ?? ''}`, {
      cause,
    });
  }
}

/** Neither proxy settings nor a display of whoever started us reach the browser. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return {
    PATH,
    HOME: HOME ?? '/tmp',
    ...(TMPDIR ? { TMPDIR } : {}),
    LANG: 'ja_JP.UTF-8',
    LANGUAGE: 'ja',
    TZ: 'Asia/Tokyo',
  };
}

/** Chromium writes port and path once its DevTools listen. */
async function devtoolsAddress(profile: string, pid: number, signal?: AbortSignal): Promise<string> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    signal?.throwIfAborted();
    const text = await readFile(join(profile, 'DevToolsActivePort'), 'utf8').catch(() => '');
    const [port, path] = text.split('\n');
    if (port && path) return `ws://127.0.0.1:${port}${path}`;
    if (!alive(pid)) throw new Error('the process ended at once');
    await sleep(20);
  }
  throw new Error('DevTools did not answer within 30 s');
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const versions = new Map<string, Promise<string>>();

/** Asked before the start: the user agent of requests that no session reaches is a flag. */
function versionOf(executable: string): Promise<string> {
  const known = versions.get(executable);
  if (known) return known;
  const asked = promisify(execFile)(executable, ['--version'], { timeout: 10_000 }).then(
    ({ stdout }) => /\d+\.\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? '',
    () => '',
  );
  versions.set(executable, asked);
  return asked;
}
