import { describe, expect, test } from 'vitest';
import {
  Baseline,
  Canary,
  CardGrant,
  canonicalJson,
  Config,
  Failure,
  FileChange,
  Finding,
  GuardReport,
  Heartbeat,
  Journey,
  Judgement,
  ObservedCardField,
  Persona,
  Recording,
  Seal,
  text,
  WireMessage,
} from '../src/index.ts';

const AT = '2026-11-22T12:00:00.000Z';
const REF = `sha256:${'a'.repeat(64)}`;
const failure = { code: 'timeout', message: text('It took too long.', '時間内に終わりませんでした。') };
const canary = {
  card: { number: '4916338506082832', expiry: '11/31', code: '737', holder: 'HANAKO TSUJI' },
  shopper: {
    familyName: '辻',
    givenName: '花子',
    familyKana: 'ツジ',
    givenKana: 'ハナコ',
    postcode: '100-0001',
    prefecture: '東京都',
    city: '千代田区',
    street: '1-1',
    phone: '0312345678',
    email: 'hanako@shopper.test',
  },
};
const persona = {
  id: 'first-time',
  device: 'mobile',
  viewport: { width: 390, height: 844 },
  languages: ['ja', 'en'],
  timeZone: 'Asia/Tokyo',
  referrer: null,
};
const message = {
  id: '1',
  at: AT,
  channel: 'request',
  resource: 'fetch',
  method: 'POST',
  url: 'https://pay.test/tokens',
  headers: [['content-type', 'application/json']],
  body: { kind: 'bytes', blob: REF, bytes: 3 },
  target: 'frame',
  frameUrl: 'https://pay.test/fields',
  initiator: { kind: 'script', url: null, stack: [{ url: '', function: 'f', line: 0, column: 0 }] },
  outcome: { kind: 'answered', status: 402 },
};
const none = { kind: 'observed', value: [], gaps: [failure] };
const recording = {
  version: 1,
  visit: {
    id: `visit_${'0'.repeat(25)}`,
    check: `check_${'0'.repeat(25)}`,
    shop: 'omocha',
    page: 'payment',
    purpose: 'check',
    url: 'https://shop.test/checkout/payment',
    journey: { title: 'to payment', blob: REF },
    persona,
    canary,
    startedAt: AT,
    endedAt: AT,
    browser: { product: 'Chrome/156', userAgent: 'x' },
  },
  failure: null,
  steps: [{ index: 0, type: 'navigate', at: AT, took: 1.5, failure: null }],
  artifacts: {
    scripts: none,
    wire: { kind: 'observed', value: [message], gaps: [] },
    headers: none,
    frames: none,
    forms: none,
    cardFields: none,
    screenshots: { kind: 'failed', failure },
  },
};
const finding = {
  detector: 'canary-on-wire',
  key: 'canary-on-wire:number',
  grade: 'tampered',
  severity: 'critical',
  confidence: 'certain',
  title: text('a', 'あ'),
  detail: text('a', 'あ'),
  references: [{ label: 'x', blob: null, pointer: '/artifacts/wire/value/0', role: 'message' }],
  leak: {
    field: 'number',
    encodings: ['base64'],
    channel: 'fetch body',
    destination: 'https://e.test',
    script: null,
  },
};
const judgement = {
  version: 1,
  over: [REF],
  baseline: null,
  verdict: { kind: 'tampered', reason: text('a', 'あ') },
  findings: [finding],
};
const accounted = { owner: null, justification: null };
const baseline = {
  version: 1,
  shop: 'omocha',
  page: 'payment',
  approvedBy: 'Sato',
  approvedAt: AT,
  from: REF,
  scripts: [{ where: 'https://shop.test/a.js', hashes: [REF], ...accounted }],
  destinations: [
    {
      origin: 'https://pay.test',
      cards: [{ method: 'POST', path: '/tokens', fields: ['number'] }],
      ...accounted,
    },
  ],
  headers: [{ document: 'https://shop.test/', name: 'x-frame-options', values: ['DENY'] }],
  frames: [],
  forms: [],
  cardFields: [{ field: 'number', origin: 'https://pay.test' }],
};
const state = {
  type: 'file',
  size: 1,
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtime: AT,
  ctime: AT,
  hash: REF,
  link: null,
};
const change = {
  kind: 'changed',
  path: 'a.php',
  from: null,
  policy: 'sealed',
  before: state,
  after: state,
  bodyBefore: REF,
  bodyAfter: null,
  noticedAt: AT,
};
const report = {
  id: `report_${'0'.repeat(25)}`,
  guard: 'guard-1',
  shop: 'omocha',
  root: 'app',
  seal: REF,
  at: AT,
  changes: [change],
  gaps: [{ path: null, detail: 'overflow' }],
};
const seal = {
  version: 1,
  shop: 'omocha',
  root: 'app',
  release: 1,
  createdAt: AT,
  createdBy: 'Sato',
  expires: null,
  files: 1,
  bytes: 1,
  manifest: REF,
  entries: REF,
  mtree: REF,
  database: null,
  policies: [{ glob: '**/*.log', policy: 'churn' }],
  previous: null,
};
const heartbeat = { guardian: 'guard-1', kind: 'guard', shop: 'omocha', count: 0, at: AT, watching: ['app'] };
const journey = {
  title: 'to payment',
  steps: [
    { type: 'navigate', url: '{{origin}}/' },
    { type: 'change', selectors: [['#card']], frame: [0], value: '{{canary.number}}' },
  ],
};

const GOOD = {
  Recording: [Recording, recording],
  Judgement: [Judgement, judgement],
  Baseline: [Baseline, baseline],
  GuardReport: [GuardReport, report],
  Seal: [Seal, seal],
  Heartbeat: [Heartbeat, heartbeat],
  Journey: [Journey, journey],
  Canary: [Canary, canary],
  Persona: [Persona, persona],
  FileChange: [FileChange, change],
  Finding: [Finding, finding],
  WireMessage: [WireMessage, message],
  Failure: [Failure, { ...failure, step: 3, url: 'x', detail: 'y' }],
} as const;

describe('what is stored is read back as it was', () => {
  test.each(Object.entries(GOOD))('%s', (_, [schema, value]) => {
    const parsed: unknown = schema.parse(value);
    expect(parsed).toEqual(value);
    expect(schema.parse(JSON.parse(canonicalJson(parsed)))).toEqual(value);
  });
});

describe('a member nobody knows is refused by name: nothing rides along unseen', () => {
  test.each(Object.entries(GOOD))('%s', (_, [schema, value]) => {
    const result = schema.safeParse({ ...value, rider: 1 });
    expect(result.success).toBe(false);
    expect(JSON.stringify(result.error?.issues)).toContain('rider');
  });
});

test('an artifact is observed with its gaps, or failed: never neither, never both', () => {
  const wire = (artifact: unknown) =>
    Recording.safeParse({ ...recording, artifacts: { ...recording.artifacts, wire: artifact } }).success;
  expect(wire({ kind: 'failed', failure })).toBe(true);
  for (const bad of [
    null,
    undefined,
    [],
    { kind: 'observed', value: [] },
    { kind: 'failed' },
    { kind: 'failed', failure, value: [] },
  ])
    expect(wire(bad)).toBe(false);
  const { wire: _, ...without } = recording.artifacts;
  expect(Recording.safeParse({ ...recording, artifacts: without }).success).toBe(false);
});

test('bodies of messages are none, bytes or unseen with a reason', () => {
  const body = (value: unknown) => WireMessage.safeParse({ ...message, body: value }).success;
  expect([{ kind: 'none' }, { kind: 'unseen', reason: 'stream' }].every(body)).toBe(true);
  for (const bad of [
    { kind: 'unseen' },
    { kind: 'bytes', blob: 'x', bytes: 1 },
    { kind: 'bytes', blob: REF, bytes: -1 },
    null,
  ])
    expect(body(bad)).toBe(false);
});

test('a grant names at least one field; a card field is one of four', () => {
  expect(CardGrant.safeParse({ method: 'POST', path: '/', fields: [] }).success).toBe(false);
  expect(CardGrant.safeParse({ method: 'POST', path: '/', fields: ['pin'] }).success).toBe(false);
  const field = { field: 'code', frameUrl: '', origin: 'null', selector: '', rect: null, typedAt: null };
  expect(ObservedCardField.safeParse(field).success).toBe(true);
  expect(
    ObservedCardField.safeParse({ ...field, rect: { x: Number.NaN, y: 0, width: 0, height: 0 } }).success,
  ).toBe(false);
});

test('a canary is written as a card is', () => {
  const card = (more: object) => Canary.safeParse({ ...canary, card: { ...canary.card, ...more } }).success;
  for (const bad of [
    { number: '4916 3385 0608 2832' },
    { number: '1'.repeat(13) },
    { number: '1'.repeat(20) },
    { expiry: '1131' },
    { code: '12' },
    { code: '12345' },
  ])
    expect(card(bad)).toBe(false);
});

test('a file has whole sizes; a seal counts from one', () => {
  for (const bad of [{ size: -1 }, { size: 1.5 }, { mode: -1 }, { type: 'door' }, { mtime: 'yesterday' }])
    expect(FileChange.safeParse({ ...change, after: { ...state, ...bad } }).success).toBe(false);
  expect(Seal.safeParse({ ...seal, release: 0 }).success).toBe(false);
  expect(FileChange.safeParse({ ...change, path: '' }).success).toBe(false);
});

describe('journeys', () => {
  const step = (value: object) => Journey.safeParse({ title: 't', steps: [value] });
  test.each([
    { type: 'click', selectors: ['#a', ['#host', '#in-shadow']], offsetX: 1, offsetY: 2, button: 'primary' },
    { type: 'keyDown', key: 'Enter' },
    { type: 'scroll', x: 0, y: 100 },
    { type: 'waitForElement', selectors: [['aria/Pay']], operator: '>=', count: 1, visible: true },
    {
      type: 'setViewport',
      width: 1,
      height: 1,
      deviceScaleFactor: 1,
      isMobile: false,
      hasTouch: false,
      isLandscape: false,
    },
    { type: 'navigate', url: 'x', assertedEvents: [{ type: 'navigation' }] },
  ])('$type is walked', (value) => {
    expect(step(value).success).toBe(true);
  });
  test.each([
    { type: 'customStep', name: 'x' },
    { type: 'emulateNetworkConditions' },
    { type: 'click' },
    { type: 'click', selectors: [] },
    { type: 'navigate', url: 'x', run: 'rm' },
    { type: 'change', selectors: ['#a'] },
    { type: 'hover', selectors: ['#a'], frame: [-1] },
  ])('%j is refused', (value) => {
    expect(step(value).success).toBe(false);
  });
  test('a journey has steps', () => {
    expect(Journey.safeParse({ title: 't', steps: [] }).success).toBe(false);
  });
});

describe('configuration', () => {
  const shop = { id: 'omocha', name: 'おもちゃ箱' };
  const page = { id: 'payment', url: 'https://shop.test/pay', journey: 'pay.json' };
  const parse = (more: object) => Config.safeParse({ shops: [{ ...shop, ...more }] });

  test('what is left out has the default that is safe', () => {
    const [parsed] = Config.parse({
      shops: [{ ...shop, pages: [page], roots: [{ id: 'app', path: 'app' }] }],
    }).shops;
    expect(parsed).toMatchObject({
      timeZone: 'Asia/Tokyo',
      halt: { onTampered: 'halt', onProcessorNotice: 'halt' },
      pages: [{ everySeconds: 300, paymentCalls: [], neverCall: [] }],
      roots: [{ policies: [] }],
    });
    const config = Config.parse({ shops: [shop] });
    expect(config).toMatchObject({
      server: { host: '127.0.0.1', port: 4180 },
      data: '.komainu',
      heartbeatSeconds: 30,
    });
  });

  test.each<readonly [string, object, string]>([
    ['an unknown key', { secret: 'x' }, 'secret'],
    ['a page that is no web address', { pages: [{ ...page, url: 'javascript:alert(1)' }] }, 'url'],
    ['a file address', { pages: [{ ...page, url: 'file:///etc/passwd' }] }, 'url'],
    ['checks without a pause', { pages: [{ ...page, everySeconds: 0 }] }, 'everySeconds'],
    [
      'an answer with no status',
      { pages: [{ ...page, paymentCalls: [{ url: page.url, answer: {} }] }] },
      'status',
    ],
    [
      'a policy nobody knows',
      { roots: [{ id: 'a', path: 'a', policies: [{ glob: '*', policy: 'open' }] }] },
      'policy',
    ],
    [
      'a password written down',
      {
        platform: {
          kind: 'vendure',
          adminApi: page.url,
          username: 'u',
          password: 'p',
          passwordEnv: 'P',
          cardMethods: ['c'],
        },
      },
      'password',
    ],
    [
      'a platform with no card method',
      { platform: { kind: 'vendure', adminApi: page.url, username: 'u', passwordEnv: 'P', cardMethods: [] } },
      'cardMethods',
    ],
    ['a policy that does nothing', { halt: { onTampered: 'ignore' } }, 'onTampered'],
  ])('%s is refused, and the key is named', (_, more, key) => {
    const result = parse(more);
    expect(result.success).toBe(false);
    expect(JSON.stringify(result.error?.issues)).toContain(key);
  });

  test('no shops is no configuration', () => {
    expect(Config.safeParse({ shops: [] }).success).toBe(false);
    expect(Config.safeParse({ shops: [shop], server: { port: 70_000 } }).success).toBe(false);
  });
});
