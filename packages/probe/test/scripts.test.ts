import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, type ProbeBrowser } from '../src/index.ts';
import { pageOf, type Run, run } from './support/run.ts';
import { type Site, startSite } from './support/site.ts';

let browser: ProbeBrowser;
let shop: Site;
let other: Site;
let seen: Run;

beforeAll(async () => {
  browser = await openBrowser();
  other = await startSite('127.0.0.12', {
    '/lib.js': 'window.lib = "external-body";',
    '/late.js': 'window.late = "late-body";',
    '/frame': '<script>window.inFrame = "frame-body"</script>',
  });
  shop = await startSite('127.0.0.11', {
    '/module.js': 'import "./imported.js"; window.mod = "module-body";',
    '/imported.js': 'window.imported = "imported-body";',
    '/worker.js': 'importScripts("/part.js"); self.w = "worker-body";',
    '/part.js': 'self.p = "part-body";',
    '/shared.js': 'self.s = "shared-body";',
    '/sw.js': 'self.sw = "service-body"; onfetch = () => {};',
  });
  shop.pages['/'] = `<!doctype html><title>scripts</title>
<script>window.inline = "inline-body"</script>
<script type="module">window.inlineModule = "inline-module-body"</script>
<script src="${other.origin}/lib.js"></script>
<script type="module" src="/module.js"></script>
<body><img src="x:" onerror="window.handler = 'handler-body'">
<iframe src="${other.origin}/frame"></iframe>
<script>
  eval('window.evaluated = "eval-body"');
  new Function('window.made = "function-body"')();
  setTimeout('window.timed = "timer-body"', 5);
  const text = document.createElement('script');
  text.textContent = 'window.inserted = "dynamic-body"';
  document.body.append(text);
  function load() { const s = document.createElement('script'); s.src = '${other.origin}/late.js'; document.body.append(s) }
  load();
  eval('window.spoof = "spoof-body"\\n//# sourceURL=${other.origin}/lib.js');
  document.body.insertAdjacentHTML('beforeend', '<img src="y:" onerror="window.grown = \\'grown-handler-body\\'">');
  new Worker('/worker.js');
  new Worker(URL.createObjectURL(new Blob(['self.b = "blob-worker-body"'])));
  new SharedWorker('/shared.js');
  navigator.serviceWorker.register('/sw.js');
  debugger;
  window.pw = '__playwright_evaluation_script__ imitation-body';
  eval('window.imitation = "imitation-eval-body"\\n//# sourceURL=__playwright_evaluation_script__1');
</script>`;
  seen = await run(browser, pageOf(`${shop.origin}/`));
});
afterAll(async () => {
  await browser.close();
  await shop.close();
  await other.close();
});

const KINDS: readonly (readonly [string, string, string, () => string | null])[] = [
  ['inline-body', 'inline', 'page', () => null],
  ['inline-module-body', 'module', 'page', () => null],
  ['external-body', 'external', 'page', () => `${other.origin}/lib.js`],
  ['"module-body', 'module', 'page', () => `${shop.origin}/module.js`],
  ['imported-body', 'module', 'page', () => `${shop.origin}/imported.js`],
  ["= 'handler-body", 'handler', 'page', () => null],
  ["= 'grown-handler-body", 'handler', 'page', () => null],
  ['"eval-body', 'eval', 'page', () => null],
  ['function-body', 'eval', 'page', () => null],
  ['timer-body', 'eval', 'page', () => null],
  ['dynamic-body', 'dynamic', 'page', () => null],
  ['late-body', 'external', 'page', () => `${other.origin}/late.js`],
  ['spoof-body', 'eval', 'page', () => null],
  ['imitation-eval-body', 'eval', 'page', () => null],
  ['frame-body', 'inline', 'frame', () => null],
  ['"worker-body', 'worker', 'worker', () => `${shop.origin}/worker.js`],
  ['part-body', 'external', 'worker', () => `${shop.origin}/part.js`],
  ['shared-body', 'worker', 'shared-worker', () => `${shop.origin}/shared.js`],
  ['service-body', 'worker', 'service-worker', () => `${shop.origin}/sw.js`],
];

test.each(KINDS)('%s is recorded as %s of a %s', (body, kind, target, url) => {
  // The page's own big script quotes most of these; the shortest that has the words is the one meant.
  const found = seen.scripts
    .filter((script) => script.text.includes(body))
    .sort((a, b) => a.bytes - b.bytes)[0];
  expect({ kind: found?.kind, target: found?.target, url: found?.url }).toEqual({ kind, target, url: url() });
});

test('a worker made of a blob is a worker, with its text', () => {
  const found = seen.scripts.find(
    (script) => script.target === 'worker' && script.text.includes('blob-worker-body'),
  );
  expect(found?.kind).toBe('worker');
  expect(found?.url).toMatch(/^blob:/);
});

test('an inserted script names the script and the function that inserted it', () => {
  const late = seen.scripts.find((script) => script.url === `${other.origin}/late.js`);
  expect(late?.initiator.kind).toBe('script');
  expect(late?.initiator.stack[0]).toMatchObject({ function: 'load', url: `${shop.origin}/` });
});

test('nothing of the probe or of Playwright is in the record, and nothing is missing', () => {
  for (const script of seen.scripts) {
    expect(script.text).not.toMatch(/installEyes|setClosedRoots|InjectedScript/);
    expect(script.bytes).toBeGreaterThan(0);
  }
  const { scripts } = seen.recording.artifacts;
  expect(scripts.kind === 'observed' && scripts.gaps).toEqual([]);
  expect(seen.recording.failure).toBeNull();
});

test('WebAssembly modules are recorded with their own bytes, all of which V8 gives the same hash', async () => {
  // Empty modules with a custom section of one letter.
  const wasm = (letter: string): Buffer =>
    Buffer.concat([Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, 2, 1]), Buffer.from(letter)]);
  const compile = (letter: string): string =>
    `WebAssembly.compile(new Uint8Array([${[...wasm(letter)].join()}])).then((m) => (window.kept ??= []).push(m));`;
  shop.pages['/wasm'] = `<input autocomplete="cc-number"><script>${compile('a')}
// Long after the first is stored.
document.querySelector('input').onclick = () => { ${compile('b')} };</script>`;
  const { recording, blobs } = await run(browser, pageOf(`${shop.origin}/wasm`));
  const { scripts } = recording.artifacts;
  if (scripts.kind !== 'observed') throw new Error('no scripts');
  expect(scripts.gaps).toEqual([]);
  const bodies = await Promise.all(
    scripts.value
      .filter((script) => script.kind === 'dynamic')
      .map(async (script) => Buffer.from(await blobs.get(script.body)).toString('hex')),
  );
  // The visit leaves by way of the same page.
  expect([...new Set(bodies)].sort()).toEqual([wasm('a').toString('hex'), wasm('b').toString('hex')]);
});
