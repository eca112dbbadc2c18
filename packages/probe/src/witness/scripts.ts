import { type Artifact, type BlobRef, type Blobs, instant, type ObservedScript, text } from '@komainu/model';
import type { EventOf } from '../cdp/connection.ts';
import { failure } from '../failures.ts';
import { LIMITS } from '../limits.ts';
import type { Target } from '../observe/target.ts';
import { initiatorOf, stackOf } from './initiator.ts';
import { classify, withoutFragment } from './script-kind.ts';
import { Gaps, held, observed, type Scene, type Witness } from './witness.ts';

type Parsed = EventOf<'Debugger.scriptParsed'>;

interface Seen {
  readonly at: number;
  readonly event: Parsed;
  readonly target: Target;
  readonly frameUrl: string;
  readonly source: Promise<Source | null>;
}
/** `head`: enough of the text to tell by what statement another script was made. */
interface Source {
  readonly blob: BlobRef;
  readonly bytes: number;
  readonly lines: readonly string[];
}

/** V8 names every WebAssembly module so, whatever its bytes: a name that says nothing. */
const EMPTY_TEXT = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/**
 * V8 names each script by the SHA-256 of its text. What this process has once stored need not be fetched again, and a
 * page that leaves before its script could be fetched hides nothing that was ever seen. Per store: another store has
 * not got the body.
 */
const known = new WeakMap<Blobs, Map<string, Source>>();

export interface ScriptsWitness extends Witness<'scripts'> {
  /** A script the probe itself compiled in the page's own world. */
  ours(target: Target, scriptId: string): void;
}

/** Every script that was compiled in any target, with its body. */
/** `isOurs`: whether an address is one the probe gave a script of its own. With it, the page may be stopped. */
export function scriptsWitness(scene: Scene, isOurs?: (url: string) => boolean): ScriptsWitness {
  const gaps = new Gaps();
  const seen: Seen[] = [];
  const own = new Set<string>();
  const documents = new Map<string, Promise<readonly string[] | null>>();
  const requests = new Map<string, EventOf<'Network.requestWillBeSent'>['initiator']>();
  const cache = known.get(scene.blobs) ?? new Map<string, Source>();
  known.set(scene.blobs, cache);

  const parsed = (target: Target, event: Parsed): void => {
    const context = event.executionContextAuxData as { isDefault?: boolean; frameId?: string } | undefined;
    // Isolated worlds are ours and Playwright's: a page can make none, and can take no name that would look like one.
    if (context?.isDefault === false || isOurs?.(event.url) || scene.ownScript(event.url)) return;
    if (seen.length >= LIMITS.scripts) {
      gaps.limit({ en: 'scripts', ja: 'スクリプト' }, LIMITS.scripts);
      return;
    }
    const frame = scene.frames.get(context?.frameId ?? '');
    seen.push({
      at: Date.now(),
      event,
      target,
      frameUrl: frame?.url || target.url,
      source: held(sourceOf(scene, cache, target, event, gaps)),
    });
  };

  const attach = (target: Target): readonly Promise<unknown>[] => {
    const { session } = target;
    const documentIds = new Map<string, string>();
    session.on('Network.loadingFinished', (event) => {
      const url = documentIds.get(event.requestId);
      if (scene.ours.has(event.requestId)) return;
      if (url !== undefined && documents.size < LIMITS.documents)
        documents.set(url, held(linesOf(target, event.requestId)));
    });
    session.on('Debugger.scriptParsed', (event) => parsed(target, event));
    // What does not compile runs nothing, but a baseline should know of it.
    session.on('Debugger.scriptFailedToParse', (event) => parsed(target, event as Parsed));
    session.on('Network.requestWillBeSent', (event) => {
      if (event.type === 'Document') documentIds.set(event.requestId, withoutFragment(event.request.url));
      if (event.type === 'Script' || event.type === 'Other')
        if (!requests.has(event.request.url)) requests.set(event.request.url, event.initiator);
    });
    return [
      session.send('Debugger.enable', { maxScriptsCacheSize: 100_000_000 }),
      // A page's own `debugger` statements must not stop it: that is how skimmers look for us.
      ...(isOurs ? [] : [session.send('Debugger.setSkipAllPauses', { skip: true })]),
      session.send('Debugger.setAsyncCallStackDepth', { maxDepth: 8 }),
    ];
  };

  const finish = async (): Promise<Artifact<readonly ObservedScript[]>> => {
    const sources = await Promise.all(seen.map((item) => item.source));
    const byScript = new Map<string, Caller>();
    for (const [index, item] of seen.entries()) {
      const source = sources[index];
      if (source) byScript.set(`${item.target.id} ${item.event.scriptId}`, { event: item.event, source });
    }
    const markup = new Map<string, readonly string[] | null>();
    for (const [url, lines] of documents) markup.set(url, await lines);
    const scripts: ObservedScript[] = [];
    for (const [index, { at, event, target, frameUrl }] of seen.entries()) {
      if (own.has(`${target.id} ${event.scriptId}`)) continue;
      const source = sources[index];
      if (!source) continue;
      const stack = stackOf(event.stackTrace);
      const calledAt = textAt(byScript, target, event.stackTrace?.callFrames[0]);
      const { kind, url } = classify({
        event,
        target,
        frameUrl,
        head: source.lines[0] ?? '',
        inMarkup: isAt(markup.get(withoutFragment(frameUrl)), event, source.lines[0] ?? ''),
        requested: requests.has(event.embedderName ?? ''),
        calledAt,
      });
      const request = url === null ? undefined : requests.get(url);
      scripts.push({
        id: `${index}`,
        kind,
        url,
        target: target.kind,
        frameUrl,
        initiator:
          request !== undefined
            ? initiatorOf(request, frameUrl || null)
            : {
                kind:
                  stack.length > 0 ? 'script' : kind === 'inline' || kind === 'handler' ? 'parser' : 'other',
                url: stack.find((frame) => frame.url !== '')?.url ?? (frameUrl || null),
                stack,
              },
        body: source.blob,
        bytes: source.bytes,
        at: instant(at),
      });
    }
    return observed(scripts, gaps.list());
  };
  return {
    name: 'scripts',
    attach,
    finish,
    ours: (target, scriptId) => void own.add(`${target.id} ${scriptId}`),
  };
}

async function sourceOf(
  scene: Scene,
  cache: Map<string, Source>,
  target: Target,
  event: Parsed,
  gaps: Gaps,
): Promise<Source | null> {
  const wasm = event.scriptLanguage === 'WebAssembly';
  const named = !wasm && event.hash.toLowerCase() !== EMPTY_TEXT;
  const cached = named ? cache.get(event.hash) : undefined;
  if (cached) return cached;
  const where = { url: event.embedderName || event.url || target.url };
  if ((event.length ?? 0) > LIMITS.scriptBytes) {
    gaps.add(
      failure(
        'limit',
        text(
          'A script is larger than 10 MB; it was not recorded.',
          '10 MB を超えるスクリプトがあり、記録していません。',
        ),
        where,
      ),
    );
    return null;
  }
  let bytes: Uint8Array;
  let code: string;
  try {
    const answer = await target.session.send('Debugger.getScriptSource', { scriptId: event.scriptId });
    code = answer.scriptSource;
    if (wasm && !answer.bytecode) throw new Error('no bytes of the WebAssembly module');
    bytes = answer.bytecode ? Buffer.from(answer.bytecode, 'base64') : Buffer.from(code, 'utf8');
  } catch (error) {
    const again = named ? cache.get(event.hash) : undefined;
    if (again) return again;
    gaps.add(
      failure(
        'body-missing',
        text(
          'A script was gone before its text could be read. Run the check again.',
          '本文を読み取る前に消えたスクリプトがあります。もう一度確認してください。',
        ),
        { ...where, detail: error instanceof Error ? error.message : String(error) },
      ),
    );
    return null;
  }
  const blob = await scene.blobs.put(bytes);
  const source: Source = {
    blob,
    bytes: bytes.byteLength,
    lines: code.length < 500_000 ? code.split('\n') : [code.slice(0, 64)],
  };
  if (named) cache.set(event.hash, source);
  return source;
}

interface Caller {
  readonly event: Parsed;
  readonly source: Source;
}

/** The text of a script from the place a call was made at; V8 counts lines of an inline script in its document. */
function textAt(
  scripts: ReadonlyMap<string, Caller>,
  target: Target,
  frame:
    | { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber: number }
    | undefined,
): string | null {
  const caller = frame && scripts.get(`${target.id} ${frame.scriptId}`);
  if (!caller) return null;
  const line = frame.lineNumber - caller.event.startLine;
  const column = frame.columnNumber - (line === 0 ? caller.event.startColumn : 0);
  return caller.source.lines[line]?.slice(column) ?? null;
}

async function linesOf(target: Target, requestId: string): Promise<readonly string[] | null> {
  try {
    const { body, base64Encoded } = await target.session.send('Network.getResponseBody', { requestId });
    return base64Encoded || body.length > 5_000_000 ? null : body.split('\n');
  } catch {
    // Left already: then a handler is called inline, no more.
    return null;
  }
}

function isAt(markup: readonly string[] | null | undefined, event: Parsed, head: string): boolean | null {
  const line = markup?.[event.startLine];
  return line === undefined ? null : line.startsWith(head.trimEnd(), event.startColumn);
}
