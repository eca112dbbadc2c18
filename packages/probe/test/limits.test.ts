import type { ArtifactName, Failure, Recording } from '@komainu/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, type ProbeBrowser } from '../src/index.ts';
import { LIMITS } from '../src/limits.ts';
import { createFrameTree } from '../src/observe/frame-tree.ts';
import { createSight } from '../src/page/sight.ts';
import { viewOf } from '../src/page/view.ts';
import { pageOf, run } from './support/run.ts';
import { type Site, startSite } from './support/site.ts';

let browser: ProbeBrowser;
let shop: Site;
let other: Site;

beforeAll(async () => {
  browser = await openBrowser();
  shop = await startSite('127.0.0.71');
  other = await startSite('127.0.0.72', { '/frame': '<input autocomplete="cc-number">' });
});
afterAll(async () => {
  await browser.close();
  await Promise.all([shop.close(), other.close()]);
});

const gapsOf = (recording: Recording, name: ArtifactName): readonly Failure[] => {
  const artifact = recording.artifacts[name];
  if (artifact === undefined) return [];
  return artifact.kind === 'observed' ? artifact.gaps : [artifact.failure];
};
const limitsOf = (recording: Recording, name: ArtifactName): readonly string[] =>
  gapsOf(recording, name)
    .filter((gap) => gap.code === 'limit')
    .map((gap) => gap.message.en);
const CARD = '<label>カード番号 <input autocomplete="cc-number"></label>';

test('a card field behind more fields than are looked at is a gap', async () => {
  shop.pages = { '/': `${'<input type="hidden">'.repeat(LIMITS.fieldsPerFrame)}${CARD}` };
  const { recording, cardFields } = await run(browser, pageOf(`${shop.origin}/`));
  expect(cardFields).toEqual([]);
  for (const name of ['cardFields', 'forms'] as const)
    expect(limitsOf(recording, name).join()).toContain('fields in one frame');
  expect(gapsOf(recording, 'frames')).toEqual([]);
});

test('exactly as many fields as are looked at are no gap', async () => {
  shop.pages = { '/': `${'<input type="hidden">'.repeat(LIMITS.fieldsPerFrame - 1)}${CARD}` };
  const { recording, cardFields } = await run(browser, pageOf(`${shop.origin}/`));
  expect(cardFields.map((field) => field.field)).toEqual(['number']);
  expect(gapsOf(recording, 'cardFields')).toEqual([]);
});

test('a card field in a closed shadow root behind more of them than are opened is a gap', async () => {
  shop.pages = {
    '/': `<script>for (let i = 0; i <= ${LIMITS.closedRoots}; i++) {
const host = document.createElement('div'); document.documentElement.append(host);
host.attachShadow({ mode: 'closed' }).innerHTML = i < ${LIMITS.closedRoots} ? '<i></i>' : '${CARD}'; }</script>`,
  };
  const { recording, cardFields } = await run(browser, pageOf(`${shop.origin}/`));
  expect(cardFields).toEqual([]);
  for (const name of ['cardFields', 'forms'] as const)
    expect(limitsOf(recording, name).join()).toContain('closed shadow roots');
});

test('a card field in a frame behind more frames than are looked at is a gap', async () => {
  shop.pages = {
    '/': `${'<iframe hidden></iframe>'.repeat(LIMITS.frames)}<iframe src="${other.origin}/frame"></iframe>`,
  };
  const { recording, cardFields } = await run(browser, pageOf(`${shop.origin}/`));
  expect(cardFields).toEqual([]);
  for (const name of ['cardFields', 'forms', 'frames'] as const)
    expect(limitsOf(recording, name).join()).toContain('more frames');
});

test('a frame that does not answer is a gap in the frames and in the fields', async () => {
  const tree = createFrameTree();
  const sight = createSight(tree);
  const { context } = await browser.open({ privateNetwork: true }, () => ({ watchers: [tree, sight] }));
  try {
    shop.pages = { '/': `<iframe src="${other.origin}/frame"></iframe>` };
    const walker = await context.walker.newPage();
    const page = await context.watch.firstPage;
    await walker.goto(`${shop.origin}/`);
    expect((await viewOf(sight, tree, page)).gaps).toEqual({ frames: [], fields: [] });
    const inner = context.watch.targets().find((target) => target.kind === 'frame');
    const { root } = context.connection;
    await root.send('Target.detachFromTarget', { sessionId: inner?.session.id ?? '' });
    const { gaps } = await viewOf(sight, tree, page);
    const told = (list: readonly Failure[]) => new Set(list.map((gap) => `${gap.code} ${gap.url}`));
    const expected = new Set([`unreadable ${other.origin}/frame`]);
    expect(told(gaps.frames)).toEqual(expected);
    expect(told(gaps.fields)).toEqual(expected);
    expect(gaps.fields.map((gap) => gap.message.en).join()).toContain('closed shadow root');
  } finally {
    await context.close();
  }
});
