import { createHash } from 'node:crypto';
import {
  type Baseline,
  type BlobRef,
  type Connection,
  type DocumentHeaders,
  type Failure,
  type FileChange,
  type GuardReport,
  type Initiator,
  type ObservedCardField,
  type ObservedForm,
  type ObservedFrame,
  type ObservedScript,
  Recording,
  type ScriptAct,
  type Instant,
  type WireMessage,
} from '@komainu/model';
import type { Bodies } from '../src/index.ts';

export const AT = '2026-11-22T12:00:00.000Z' as Instant;
export const NUMBER = '4916338506082832';
export const SHOP = 'https://shop.test';
export const PAGE = `${SHOP}/checkout/payment`;
export const PSP = 'https://pay.test';

export const canary = {
  card: { number: NUMBER, expiry: '11/31', code: '737', holder: 'HANAKO TSUJI' },
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
    email: 'hanako.tsuji@shopper.test',
  },
};

/** An in-memory store: `put` gives the reference, `bodies` reads. */
export function store() {
  const kept = new Map<BlobRef, Uint8Array>();
  const put = (body: string | Uint8Array): BlobRef => {
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    const ref = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as BlobRef;
    kept.set(ref, bytes);
    return ref;
  };
  const bodies: Bodies = (ref) => kept.get(ref);
  return { put, bodies, kept };
}
export type Store = ReturnType<typeof store>;

export const REF = `sha256:${'a'.repeat(64)}` as BlobRef;
export const REF2 = `sha256:${'b'.repeat(64)}` as BlobRef;
export const failure = (code: Failure['code'], more: Partial<Failure> = {}): Failure => ({
  code,
  message: { en: 'It went wrong.', ja: '失敗しました。' },
  ...more,
});

export const by = (url: string | null): Initiator => ({ kind: 'script', url, stack: [] });

export const script = (
  kept: Store,
  url: string | null,
  body: string,
  more: Partial<ObservedScript> = {},
): ObservedScript => ({
  id: `s-${url ?? body.length}`,
  kind: url === null ? 'inline' : 'external',
  url,
  target: 'page',
  frameUrl: PAGE,
  initiator: by(PAGE),
  body: kept.put(body),
  bytes: Buffer.byteLength(body),
  at: AT,
  ...more,
});

export const message = (url: string, more: Partial<WireMessage> = {}): WireMessage => ({
  id: `m-${url.slice(0, 40)}`,
  at: AT,
  channel: 'request',
  resource: 'fetch',
  method: 'GET',
  url,
  headers: [],
  body: { kind: 'none' },
  target: 'page',
  frameUrl: PAGE,
  initiator: by(`${SHOP}/app.js`),
  outcome: { kind: 'response', status: 200, mime: 'text/plain' },
  ...more,
});

export const post = (
  kept: Store,
  url: string,
  body: string | Uint8Array,
  more: Partial<WireMessage> = {},
): WireMessage => {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return message(url, {
    method: 'POST',
    body: { kind: 'bytes', blob: kept.put(bytes), bytes: bytes.length },
    ...more,
  });
};

const CSP = "default-src 'self'; script-src 'self' 'nonce-abc'; connect-src 'self' https://pay.test";
export const documents = (more: Partial<DocumentHeaders> = {}): DocumentHeaders => ({
  url: `${PAGE}?step=3`,
  main: true,
  status: 200,
  headers: [
    ['content-type', 'text/html'],
    ['content-security-policy', CSP],
    ['x-frame-options', 'DENY'],
    ['referrer-policy', 'no-referrer'],
    ['permissions-policy', 'payment=(self)'],
    ['strict-transport-security', 'max-age=31536000; includeSubDomains'],
    ['x-content-type-options', 'nosniff'],
  ],
  at: AT,
  ...more,
});

const RECT = { x: 100, y: 100, width: 300, height: 200 };
export const frames: readonly ObservedFrame[] = [
  { id: 'f0', parent: null, url: PAGE, origin: SHOP, name: '', rect: null, visible: true },
  { id: 'f1', parent: 'f0', url: `${PSP}/fields`, origin: PSP, name: 'card', rect: RECT, visible: true },
];
export const frame = (url: string, more: Partial<ObservedFrame> = {}): ObservedFrame => ({
  id: 'fx',
  parent: 'f0',
  url,
  origin: URL.parse(url)?.origin ?? 'null',
  name: '',
  rect: { x: 0, y: 600, width: 10, height: 10 },
  visible: true,
  ...more,
});
export const cardField = (
  field: ObservedCardField['field'],
  origin = PSP,
  more: Partial<ObservedCardField> = {},
): ObservedCardField => ({
  field,
  frameUrl: `${origin}/fields`,
  origin,
  selector: `#${field}`,
  rect: RECT,
  typedAt: AT,
  ...more,
});
export const form = (action: string, more: Partial<ObservedForm> = {}): ObservedForm => ({
  frameUrl: PAGE,
  action,
  method: 'post',
  fields: [{ name: 'q', type: 'text', autocomplete: '', label: '', visible: true, card: null }],
  ...more,
});

export interface Parts {
  readonly scripts?: readonly ObservedScript[];
  readonly wire?: readonly WireMessage[];
  readonly headers?: readonly DocumentHeaders[];
  readonly frames?: readonly ObservedFrame[];
  readonly forms?: readonly ObservedForm[];
  readonly cardFields?: readonly ObservedCardField[];
  readonly acts?: readonly ScriptAct[];
  readonly connections?: readonly Connection[];
  readonly failed?: readonly (keyof Recording['artifacts'])[];
  readonly gaps?: Partial<Record<keyof Recording['artifacts'], readonly Failure[]>>;
  readonly failure?: Failure | null;
  readonly steps?: Recording['steps'];
  readonly visit?: Partial<Recording['visit']>;
}

/** A recording of a clean visit, with parts replaced; parsed, so that every test works on what could be stored. */
export function recordingOf(parts: Parts = {}): Recording {
  const values = {
    scripts: parts.scripts ?? [],
    wire: parts.wire ?? [],
    headers: parts.headers ?? [documents()],
    frames: parts.frames ?? frames,
    forms: parts.forms ?? [form(`${SHOP}/order`)],
    cardFields: parts.cardFields ?? [cardField('number'), cardField('expiry'), cardField('code')],
    screenshots: [],
    // Visits of a check have the newer artifacts, older recordings have not.
    ...(parts.acts === undefined && parts.visit?.role === undefined ? {} : { acts: parts.acts ?? [] }),
    ...(parts.connections === undefined && parts.visit?.role === undefined
      ? {}
      : { connections: parts.connections ?? [] }),
  };
  const artifacts = Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const key = name as keyof typeof values;
      return parts.failed?.includes(key) === true
        ? [name, { kind: 'failed', failure: failure('target-lost') }]
        : [name, { kind: 'observed', value, gaps: parts.gaps?.[key] ?? [] }];
    }),
  );
  return Recording.parse({
    version: 1,
    visit: {
      id: `visit_${'0'.repeat(25)}`,
      check: `check_${'0'.repeat(25)}`,
      shop: 'omocha',
      page: 'payment',
      purpose: 'check',
      url: PAGE,
      journey: { title: 'to payment', blob: REF },
      persona: {
        id: 'first-time',
        device: 'desktop',
        viewport: { width: 1280, height: 800 },
        languages: ['ja'],
        timeZone: 'Asia/Tokyo',
        referrer: null,
      },
      canary,
      startedAt: AT,
      endedAt: AT,
      browser: { product: 'Chrome/156', userAgent: 'x' },
      ...parts.visit,
    },
    failure: parts.failure ?? null,
    steps: parts.steps ?? [],
    artifacts,
  });
}

/** The payment call as the page makes it: number, expiry and code to the provider, answered by the probe. */
export const payment = (kept: Store): WireMessage =>
  post(
    kept,
    `${PSP}/tokens`,
    JSON.stringify({ number: NUMBER, exp_month: '11', exp_year: '31', cvc: '737' }),
    {
      frameUrl: `${PSP}/fields`,
      initiator: by(`${PSP}/fields.js`),
      outcome: { kind: 'answered', status: 402 },
    },
  );

export const approval = (more: Partial<Baseline> = {}): { ref: BlobRef; baseline: Baseline } => ({
  ref: REF2,
  baseline: {
    version: 1,
    shop: 'omocha',
    page: 'payment',
    approvedBy: 'Sato',
    approvedAt: AT,
    from: REF,
    scripts: [],
    destinations: [
      { origin: SHOP, cards: [], owner: null, justification: null },
      {
        origin: PSP,
        cards: [{ method: 'POST', path: '/tokens', fields: ['number', 'expiry', 'code'] }],
        owner: null,
        justification: null,
      },
    ],
    headers: [
      {
        document: PAGE,
        name: 'content-security-policy',
        values: [CSP.replace('nonce-abc', 'nonce-{{nonce}}')],
      },
      { document: PAGE, name: 'x-frame-options', values: ['DENY'] },
      { document: PAGE, name: 'referrer-policy', values: ['no-referrer'] },
      { document: PAGE, name: 'permissions-policy', values: ['payment=(self)'] },
      {
        document: PAGE,
        name: 'strict-transport-security',
        values: ['max-age=31536000; includeSubDomains'],
      },
      { document: PAGE, name: 'x-content-type-options', values: ['nosniff'] },
    ],
    frames: [PAGE, `${PSP}/fields`],
    forms: [{ document: PAGE, action: `${SHOP}/order` }],
    cardFields: [
      { field: 'number', origin: PSP },
      { field: 'expiry', origin: PSP },
      { field: 'code', origin: PSP },
    ],
    ...more,
  } as Baseline,
});

type State = NonNullable<FileChange['after']>;
export const state = (kept: Store, body: string | Uint8Array, more: Partial<State> = {}): State => ({
  type: 'file',
  size: typeof body === 'string' ? Buffer.byteLength(body) : body.length,
  mode: 0o644,
  uid: 33,
  gid: 33,
  mtime: AT,
  ctime: AT,
  hash: kept.put(body),
  link: null,
  ...more,
});

export const change = (path: string, more: Partial<FileChange> = {}): FileChange => ({
  kind: 'changed',
  path,
  from: null,
  policy: 'sealed',
  before: null,
  after: null,
  bodyBefore: null,
  bodyAfter: null,
  noticedAt: AT,
  ...more,
});

export const added = (
  kept: Store,
  path: string,
  body: string | Uint8Array,
  more: Partial<FileChange> = {},
): FileChange =>
  change(path, {
    kind: 'added',
    policy: 'no-exec',
    after: state(kept, body),
    bodyAfter: kept.put(body),
    ...more,
  });

export const altered = (
  kept: Store,
  path: string,
  before: string | Uint8Array,
  after: string | Uint8Array,
  more: Partial<FileChange> = {},
): FileChange =>
  change(path, {
    before: state(kept, before, { mtime: '2026-01-01T00:00:00.000Z' as Instant }),
    after: state(kept, after),
    bodyBefore: kept.put(before),
    bodyAfter: kept.put(after),
    ...more,
  });

export const report = (changes: readonly FileChange[], gaps: GuardReport['gaps'] = []): GuardReport =>
  ({
    id: `report_${'0'.repeat(25)}`,
    guard: 'guard-1',
    shop: 'omocha',
    root: 'app',
    seal: REF,
    at: AT,
    changes,
    gaps,
  }) as GuardReport;

/** Same brand, length and first six digits as {@link NUMBER}. */
export const NUMBER_B = '4916334471905516';
/** The two cards of the pinned visits. */
export const CARDS = {
  a: canary.card,
  b: { number: NUMBER_B, expiry: '04/29', code: '192', holder: 'KAORU MINAMI' },
} as const;
export type Card = (typeof CARDS)['a' | 'b'];

const refOf = (n: number): BlobRef => `sha256:${n.toString(16).padStart(64, '0')}` as BlobRef;

/** A pinned visit of a card; `sent` is what the page sends of it. */
export const pinned = (
  card: 'a' | 'b',
  round: number,
  parts: Parts = {},
): { ref: BlobRef; recording: Recording } => ({
  ref: refOf(100 + 2 * round + (card === 'a' ? 0 : 1)),
  recording: recordingOf({
    ...parts,
    visit: {
      canary: { ...canary, card: CARDS[card] },
      role: { kind: 'pinned', card, round, unpinned: [] },
      ...parts.visit,
    },
  }),
});

/** A free visit, with the first card. */
export const free = (draws: 'low' | 'high', parts: Parts = {}): { ref: BlobRef; recording: Recording } => ({
  ref: refOf(draws === 'low' ? 1 : 2),
  recording: recordingOf({ ...parts, visit: { role: { kind: 'free', draws }, ...parts.visit } }),
});

/** What a script did with a typed value. */
export const act = (
  kind: ScriptAct['act'],
  api: string,
  url: string | readonly string[],
  more: Partial<ScriptAct> = {},
): ScriptAct => ({
  at: AT,
  target: 'page',
  frameUrl: PAGE,
  act: kind,
  api,
  fields: ['number'],
  detail: null,
  stack: [url].flat().map((one) => ({ url: one, function: 'f', line: 1, column: 1 })),
  count: 1,
  ...more,
});

export const connection = (host: string, more: Partial<Connection> = {}): Connection => ({
  id: `c-${host}`,
  at: AT,
  host,
  port: 443,
  kind: 'tunnel',
  address: '127.0.0.1',
  sent: 1200,
  received: 3000,
  outcome: { kind: 'opened' },
  ...more,
});
