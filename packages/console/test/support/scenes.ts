import type {
  BlobRef,
  CheckId,
  FileState,
  Finding,
  GateState,
  GuardianId,
  GuardReport,
  Halt,
  Incident,
  IncidentId,
  Judgement,
  PageId,
  ReportId,
  RootId,
  ShopId,
  Text,
  TimelineItem,
  VerdictKind,
} from '@komainu/model';
import type { GuardianState, PageState, RootState, ShopView, Snapshot } from '../../src/app/api/types.ts';
import { after, Bodies } from './blobs.ts';
import { findingOfFile, findingOfLeak, findingOfUpload } from './findings.ts';
import { IMAGE_AFTER, MINIFIED_AFTER, MINIFIED_BEFORE, PAYMENT_AFTER, PAYMENT_BEFORE } from './files.ts';

const text = (en: string, ja: string): Text => ({ en, ja });
const id = <T>(value: string): T => value as T;

/** One held state of a shop, and the bodies it refers to. */
export interface Scene {
  readonly snapshot: Snapshot;
  readonly bodies: Bodies;
}

const file = (bodies: Bodies, bytes: string | Uint8Array, at: number): FileState => ({
  type: 'file',
  size: typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length,
  mode: 0o644,
  uid: 33,
  gid: 33,
  mtime: after(at),
  ctime: after(at),
  hash: bodies.put(bytes),
  link: null,
});

const report = (bodies: Bodies): GuardReport => {
  const common = { from: null, policy: 'sealed' as const, noticedAt: after(63) };
  const [before, now] = [file(bodies, PAYMENT_BEFORE, -9e8), file(bodies, PAYMENT_AFTER, 0)];
  const [minBefore, minAfter] = [file(bodies, MINIFIED_BEFORE, -9e8), file(bodies, MINIFIED_AFTER, 31)];
  const image = { ...file(bodies, IMAGE_AFTER, 44), mode: 0o755 };
  return {
    id: id<ReportId>('report_0mabcdefg0123456789abcdef'),
    guard: id<GuardianId>('guard-1'),
    shop: id<ShopId>('komorebi'),
    root: id<RootId>('payment'),
    seal: bodies.put('seal'),
    at: after(64),
    changes: [
      {
        ...common,
        kind: 'changed',
        path: 'assets/payment.js',
        who: { pid: 4711, uid: 33, user: 'www-data', command: 'php-fpm: pool www' },
        before,
        after: now,
        bodyBefore: before.hash,
        bodyAfter: now.hash,
      },
      {
        ...common,
        kind: 'changed',
        path: 'assets/vendor.min.js',
        before: minBefore,
        after: minAfter,
        bodyBefore: minBefore.hash,
        bodyAfter: minAfter.hash,
      },
      {
        ...common,
        kind: 'added',
        path: 'uploads/2026/banner.png',
        policy: 'no-exec',
        before: null,
        after: image,
        bodyBefore: null,
        bodyAfter: image.hash,
      },
    ],
    gaps: [],
  };
};

const judge = (
  bodies: Bodies,
  over: BlobRef,
  kind: VerdictKind,
  reason: Text,
  findings: readonly Finding[],
): BlobRef => {
  const judgement: Judgement = {
    version: 1,
    over: [over],
    baseline: null,
    verdict: { kind, reason },
    findings,
  };
  return bodies.putJson(judgement);
};

const guardians = (at: number, guard: GuardianState['state'] = 'watching'): readonly GuardianState[] => [
  { id: id('probe-1'), kind: 'probe', state: 'watching', lastSeen: after(at - 2100), watching: ['payment'] },
  {
    id: id('guard-1'),
    kind: 'guard',
    state: guard,
    lastSeen: after(guard === 'silent' ? at - 252_000 : at - 900),
    watching: ['/srv/shop/site'],
  },
];

const URL_OF_PAGE = 'http://127.0.0.10:4310/checkout/payment';

const page = (
  bodies: Bodies,
  at: number,
  verdict: VerdictKind,
  title: Text,
  judgement: BlobRef,
  running = false,
): PageState => ({
  id: id<PageId>('payment'),
  url: URL_OF_PAGE,
  baseline: bodies.put('baseline'),
  lastCheck: {
    check: id<CheckId>('check_0mabcdefg0123456789abcdef'),
    at: after(at),
    verdict,
    title,
    judgement,
  },
  running,
});

const root = (lastReport: RootState['lastReport']): RootState => ({
  id: id<RootId>('payment'),
  path: '/srv/shop/site',
  seal: { release: 12, files: 214, at: after(-8.1e8) },
  altered: lastReport?.verdict === 'tampered',
  lastReport,
});

const view = (at: number, size: number, shops: readonly ShopView[]): Snapshot => ({
  now: after(at),
  version: '0.1.0',
  problem: null,
  ledger: {
    origin: 'komainu.example/komorebi',
    size,
    vkey: 'komainu.example/komorebi+8f3a1c2e+AbCkO2nUqv0Yt1pXc4JrGd7yZ5mW9sLhE3fKiTQ6oBvN',
  },
  shops,
});

const SHOP = { id: id<ShopId>('komorebi'), name: 'こもれび自然市', timeZone: 'Asia/Tokyo' };

const CLEAN = text('Everything on the page is as approved.', 'ページはすべて承認されたとおりです。');
const SEALED = text('Every file is as sealed.', 'すべてのファイルが封印のとおりです。');

const cleanShop = (
  bodies: Bodies,
  at: number,
  state: GateState = 'open',
  guard: GuardianState['state'] = 'watching',
): ShopView => ({
  shop: SHOP,
  gate: { state, since: after(-86_400_000) },
  guardians: guardians(at, guard),
  pages: [
    page(bodies, at - 42_000, 'clean', CLEAN, judge(bodies, bodies.put('recording'), 'clean', CLEAN, [])),
  ],
  roots: [
    root({
      at: after(at - 60_000),
      changes: 0,
      verdict: 'clean',
      judgement: judge(bodies, bodies.put('r0'), 'clean', SEALED, []),
    }),
  ],
  incidents: [],
});

export const clean = (): Scene => {
  const bodies = new Bodies();
  return { bodies, snapshot: view(0, 1204, [cleanShop(bodies, 0)]) };
};

export const silent = (): Scene => {
  const bodies = new Bodies();
  return { bodies, snapshot: view(0, 1205, [cleanShop(bodies, 0, 'open', 'silent')]) };
};

export const severalShops = (): Scene => {
  const bodies = new Bodies();
  const other = {
    ...cleanShop(bodies, 0),
    shop: { id: id<ShopId>('tsukimi'), name: '月見商店', timeZone: 'America/New_York' },
  };
  return { bodies, snapshot: view(0, 1204, [cleanShop(bodies, 0), other]) };
};

const ALARM = text(
  'A sealed file of the payment page was changed',
  '封印された決済ページのファイルが書き換えられました',
);
const POLICY = text('Policy: halt when tampering is found', '方針:改ざんを見つけたら停止する');

const LINES: readonly (readonly [number, TimelineItem['kind'], string, Text])[] = [
  [
    71,
    'files.reported',
    'guard-1',
    text('The guard reported 3 changed files', 'ガードが3ファイルの変更を報告'),
  ],
  [79, 'judged', 'server', text('Verdict: tampered', '判定:改ざん')],
  [84, 'incident.opened', 'server', ALARM],
  [88, 'halt.ordered', 'server', text('Halt ordered by policy', '方針により停止を指示')],
  [412, 'halt.switched-off', 'server', text('Card payments switched off: card', 'カード決済を無効化:card')],
  [
    655,
    'halt.voided',
    'server',
    text('2 open checkouts can no longer pay by card', '手続き中の注文2件でカードを使用不可に'),
  ],
  [
    3840,
    'halt.proved',
    'probe-1',
    text(
      'A visit found no card field on the payment page',
      '訪問の結果、決済ページにカード入力欄がないことを確認',
    ),
  ],
];

const halt = (reached: number, failed: boolean): Halt => {
  const at = (ms: number) => (reached >= ms ? after(ms) : null);
  return {
    orderedAt: after(88),
    orderedBy: 'server',
    reason: POLICY,
    switchedOffAt: at(412),
    voidedAt: at(655),
    provedAt: at(3840),
    proof: null,
    failures: failed ? 1 : 0,
    lastFailure: failed
      ? {
          code: 'unreachable',
          message: text(
            'The shop’s administration did not answer within 2 s; tried again.',
            'ショップの管理画面が2秒以内に応答せず、再試行しました。',
          ),
        }
      : null,
  };
};

const tampered = (reached: number, state: GateState, failed = false): Scene => {
  const bodies = new Bodies();
  const body = report(bodies);
  const [changed, , upload] = body.changes;
  const [before, now, image] = [changed?.bodyBefore, changed?.bodyAfter, upload?.bodyAfter];
  if (!before || !now || !image) throw new Error('the scene has no bodies');
  const findings = [findingOfUpload(image), findingOfFile(before, now)];
  const files = judge(
    bodies,
    bodies.putJson(body),
    'tampered',
    text('2 findings prove tampering.', '2件の所見が改ざんを示しています。'),
    findings,
  );
  const leaks = judge(
    bodies,
    bodies.put('rec'),
    'tampered',
    text(
      'What was typed left for an address nobody approved.',
      '入力した内容が、承認されていない送信先へ送られました。',
    ),
    [findingOfLeak(now)],
  );
  const incident: Incident = {
    id: id<IncidentId>('incident_0mabcdefg0123456789abcdef'),
    shop: SHOP.id,
    openedAt: after(84),
    title: ALARM,
    causes: [
      { kind: 'judgement', source: { kind: 'files', root: body.root, report: body.id }, judgement: files },
    ],
    state: reached >= 3840 ? 'contained' : 'open',
    halt: halt(reached, failed),
    timeline: LINES.filter(([ms]) => ms <= reached).map(([ms, kind, actor, title], at) => ({
      index: 1204 + at,
      at: after(ms),
      kind,
      actor,
      title,
    })),
  };
  const shop: ShopView = {
    shop: SHOP,
    gate: { state, since: after(reached >= 3840 ? 3840 : 88) },
    guardians: guardians(reached),
    pages: [
      page(
        bodies,
        reached >= 3840 ? 9000 : -42_000,
        reached >= 3840 ? 'tampered' : 'clean',
        reached >= 3840 ? text('Typed card data leaves', 'カード情報が漏れています') : CLEAN,
        reached >= 3840 ? leaks : judge(bodies, bodies.put('recording'), 'clean', CLEAN, []),
        reached < 3840,
      ),
    ],
    roots: [root({ at: after(64), changes: 3, verdict: 'tampered', judgement: files })],
    incidents: [incident],
  };
  return { bodies, snapshot: view(reached + 1000, 1204 + incident.timeline.length, [shop]) };
};

export const halting = (): Scene => tampered(412, 'halting', true);
export const halted = (): Scene => tampered(3840, 'halted');
export const resuming = (): Scene => tampered(3840, 'resuming');
/** Policy `alert`: the alarm is raised, the gate stays open. */
export const alertOnly = (): Scene => {
  const { bodies, snapshot } = tampered(84, 'open');
  const shops = snapshot.shops.map((shop) => ({
    ...shop,
    incidents: shop.incidents.map((one) => ({ ...one, halt: null })),
  }));
  return { bodies, snapshot: { ...snapshot, shops } };
};

/** A stranger's names and bytes in every place that takes them. */
export const hostile = (): Scene => {
  const bodies = new Bodies();
  const name = '<img src=x onerror=alert(1)>\u202Egpj.js';
  const [before, now] = [file(bodies, 'a\n', -1000), file(bodies, 'a\n<script>alert(1)</script>\u200B\n', 0)];
  const change = {
    kind: 'changed' as const,
    path: name,
    from: null,
    policy: 'sealed' as const,
    before,
    after: now,
    bodyBefore: before.hash,
    bodyAfter: now.hash,
    noticedAt: after(5),
  };
  const told = bodies.putJson({ ...report(bodies), changes: [change], gaps: [{ path: name, detail: name }] });
  const reference = {
    label: `javascript:alert(1)//${name}`,
    blob: id<BlobRef>('sha256:../../evil'),
    pointer: null,
    role: 'other' as const,
  };
  const finding: Finding = {
    ...findingOfLeak(bodies.put('x')),
    title: text(name, name),
    detail: text(name, name),
    references: [reference],
  };
  const judgement = judge(bodies, told, 'tampered', text(name, name), [finding]);
  const shop = cleanShop(bodies, 0);
  const roots = [root({ at: after(0), changes: 1, verdict: 'tampered', judgement })];
  return { bodies, snapshot: view(0, 1204, [{ ...shop, shop: { ...SHOP, name }, roots }]) };
};
