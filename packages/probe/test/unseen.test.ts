import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, type ProbeBrowser } from '../src/index.ts';
import { pageOf, type Run, run } from './support/run.ts';
import { type Site, startSite } from './support/site.ts';

/** What a skimmer asks before it dares: is anybody watching? */
const LOOK = `
const native = (f) => Function.prototype.toString.call(f) === 'function ' + f.name + '() { [native code] }';
const clean = document.createElement('iframe'); document.documentElement.append(clean);
const fresh = new Set(Object.getOwnPropertyNames(clean.contentWindow));
const extra = Object.getOwnPropertyNames(window).filter((name) => !fresh.has(name) && !['report', 'LOOK', 'native', 'clean', 'fresh', 'extra'].includes(name) && isNaN(name));
clean.remove();
let console_touched = false;
const bait = new Error(); Object.defineProperty(bait, 'stack', { get() { console_touched = true; return '' } });
console.debug(bait);
const started = performance.now(); debugger; const paused = performance.now() - started > 100;
const brands = navigator.userAgentData ? navigator.userAgentData.brands.map((b) => b.brand) : null;
window.report = {
  webdriver: navigator.webdriver, own: Object.getOwnPropertyNames(navigator), agent: navigator.userAgent, brands,
  platform: navigator.platform, ch: navigator.userAgentData && navigator.userAgentData.platform,
  languages: navigator.languages, zone: Intl.DateTimeFormat().resolvedOptions().timeZone, locale: Intl.DateTimeFormat().resolvedOptions().locale,
  native: [fetch, XMLHttpRequest.prototype.send, navigator.sendBeacon, addEventListener, Function.prototype.toString, JSON.stringify, Element.prototype.attachShadow, MutationObserver].map(native),
  extra, paused, console_touched, focus: document.hasFocus(), visible: document.visibilityState,
  size: [innerWidth, innerHeight, outerWidth, outerHeight, screen.width, screen.height], plugins: navigator.plugins.length, chrome: typeof chrome, notes: Notification.permission,
};
// A renderer that takes over a navigation knows its window some milliseconds after the first script: a known limit.
addEventListener('load', () => setTimeout(() => {
  window.report.size = [innerWidth, innerHeight, outerWidth, outerHeight, screen.width, screen.height];
  fetch('/report', { method: 'POST', body: JSON.stringify(window.report) });
}, 100));
`;
const AGENT = `fetch('/worker-report?' + self.constructor.name, { method: 'POST', body: JSON.stringify({ agent: navigator.userAgent, languages: navigator.languages }) })`;

let browser: ProbeBrowser;
let shop: Site;
let seen: Run;
let report: Record<string, unknown>;

beforeAll(async () => {
  browser = await openBrowser();
  shop = await startSite('127.0.0.51', {
    '/w.js': AGENT,
    '/sw.js': `oninstall = (e) => e.waitUntil(${AGENT})`,
    '/': `<!doctype html><body><label>カード番号 <input id="n"></label><script>${LOOK}</script><script>
new Worker('/w.js'); new SharedWorker('/w.js'); navigator.serviceWorker.register('/sw.js');
const trusted = [];
for (const type of ['mousemove', 'mousedown', 'click', 'keydown', 'input']) document.addEventListener(type, (e) => trusted.push([type, e.isTrusted, Math.round(performance.now())]));
onpagehide = () => navigator.sendBeacon('/events', JSON.stringify(trusted));
</script>`,
  });
  seen = await run(browser, pageOf(`${shop.origin}/`));
  report = JSON.parse(shop.got('/report')[0]?.body ?? '{}') as Record<string, unknown>;
});
afterAll(async () => {
  await browser.close();
  await shop.close();
});

test('navigator.webdriver is false and the navigator has nothing of its own', () => {
  expect(report).toMatchObject({ webdriver: false, own: [] });
});
test('no "Headless" anywhere: user agent, client hints, headers, workers, unload traffic', () => {
  expect(JSON.stringify(report)).not.toMatch(/headless/i);
  for (const item of shop.received) expect(JSON.stringify(item)).not.toMatch(/headless/i);
  expect(report['brands']).toContain('Google Chrome');
  const agents = new Set(shop.received.map((item) => item.headers['user-agent']));
  expect([...agents]).toEqual([report['agent']]);
});
test('workers say the same of the visitor as the page', () => {
  const reports = shop.got('/worker-report').map((item) => JSON.parse(item.body) as { agent: string });
  expect(reports.length).toBeGreaterThanOrEqual(3);
  for (const item of reports) expect(item.agent).toBe(report['agent']);
});
test('natives are native, no global is added', () => {
  expect(report['native']).toEqual(Array.from({ length: 8 }, () => true));
  expect(report['extra']).toEqual([]);
});
test('a debugger statement does not stop the page', () => {
  expect(report['paused']).toBe(false);
  expect(seen.recording.failure).toBeNull();
});
test('the console is not read', () => {
  expect(report['console_touched']).toBe(false);
});
test('language, zone and window are those of the persona', () => {
  expect(report).toMatchObject({ zone: 'Asia/Tokyo', focus: true, visible: 'visible', chrome: 'object' });
  expect(report['languages']).toEqual(['ja', 'en-US', 'en']);
  expect(String(report['locale'])).toMatch(/^ja/);
  const [innerWidth = 0, innerHeight = 0, outerWidth = 0, outerHeight = 0, screenWidth = 0] = report[
    'size'
  ] as number[];
  expect([innerWidth, innerHeight]).toEqual([1366, 768]);
  expect(outerWidth).toBeGreaterThanOrEqual(innerWidth);
  expect(outerHeight).toBeGreaterThanOrEqual(innerHeight);
  expect(screenWidth).toBeGreaterThanOrEqual(outerWidth);
});
test('mouse and keys are trusted and have a rhythm', () => {
  const events = JSON.parse(shop.got('/events')[0]?.body ?? '[]') as [string, boolean, number][];
  expect(events.filter(([type]) => type === 'mousemove').length).toBeGreaterThan(2);
  const keys = events.filter(([type]) => type === 'keydown').map(([, , at]) => at);
  expect(keys.length).toBeGreaterThanOrEqual(16);
  expect(events.every(([, trusted]) => trusted)).toBe(true);
  expect(new Set(keys.slice(1).map((at, index) => at - (keys[index] ?? 0))).size).toBeGreaterThan(3);
});
