import {
  type BlobRef,
  type Finding,
  type IncidentId,
  instant,
  type Judgement,
  LedgerEntry,
  newId,
  Shop,
  type Source,
  text,
  type VerdictKind,
} from '@komainu/model';
import { createHash } from 'node:crypto';
import {
  applyEntry,
  type EntryDraft,
  initialState,
  pending,
  type Recorded,
  recover,
  type ShopState,
  stamp,
} from '../src/index.ts';

export const blob = (name: string): BlobRef =>
  `sha256:${createHash('sha256').update(name).digest('hex')}` as BlobRef;

export const shopOf = (halt: Partial<Shop['halt']> = {}): Shop =>
  Shop.parse({ id: 'komorebi', name: 'こもれび自然市', halt });

export const finding = (key: string, grade: Finding['grade'] = 'tampered'): Finding => ({
  detector: 'canary-on-wire',
  key,
  grade,
  severity: 'critical',
  confidence: 'certain',
  title: text(key, key),
  detail: text(key, key),
  references: [],
  leak: null,
});

export const judgement = (verdict: VerdictKind, keys: readonly string[], over: string): Judgement => ({
  version: 1,
  over: [blob(over)],
  baseline: null,
  verdict: { kind: verdict, reason: text(`${verdict}: ${keys.join()}`, `${verdict}:${keys.join()}`) },
  findings: keys.map((key) => finding(key)),
});

const PAGE = 'checkout' as Extract<Source, { kind: 'check' }>['page'];
export const ROOT = 'site' as Extract<Source, { kind: 'files' }>['root'];
export const CHECK = newId('check', 1);
export const checked = (): Source => ({ kind: 'check', check: CHECK, page: PAGE });

/** A ledger in memory with the shop's state folded from it, as a server keeps it. */
export class World {
  readonly shop: Shop;
  readonly ledger: Recorded[] = [];
  state: ShopState;
  /** Called with the entry about to be appended; may throw (a full disk) or never resolve (a crash). */
  gatekeeper: (draft: EntryDraft) => Promise<void> = async () => {};
  private judged = 0;

  constructor(shop: Shop = shopOf()) {
    this.shop = shop;
    this.state = initialState(shop.id);
  }

  append(draft: EntryDraft, judged?: Judgement): void {
    const index = this.ledger.length;
    // A schema violation here would be one in the real ledger.
    const entry = LedgerEntry.parse(
      JSON.parse(JSON.stringify(stamp(draft, instant(1_700_000_000_000 + index)))),
    );
    const recorded: Recorded = judged === undefined ? { index, entry } : { index, entry, judgement: judged };
    this.ledger.push(recorded);
    this.state = applyEntry(this.state, recorded);
  }

  readonly record = async (draft: EntryDraft, judged?: Judgement): Promise<void> => {
    await this.gatekeeper(draft);
    this.append(draft, judged);
    this.settle(pending);
  };

  /** What follows from the state, until nothing does. */
  settle(owed: typeof pending): void {
    for (let n = 0; ; n++) {
      const [draft] = owed(this.state, this.shop);
      if (draft === undefined) return;
      if (n > 20) throw new Error(`decisions without end: ${draft.kind}`);
      this.append(draft);
    }
  }

  restart(): void {
    this.append({
      kind: 'server.started',
      shop: null,
      actor: { kind: 'server', name: 'komainu' },
      data: { version: '1', recovery: null },
    });
    this.settle(recover);
    this.settle(pending);
  }

  /** A judgement; every one is over another recording, as in life. */
  judge(
    verdict: VerdictKind,
    keys: readonly string[],
    source: Source = checked(),
    more: Pick<Judgement, 'uploads'> = {},
  ): EntryDraft {
    const body = { ...judgement(verdict, keys, `recording ${this.judged++}`), ...more };
    const draft: EntryDraft = {
      kind: 'judged',
      shop: this.shop.id,
      actor: { kind: 'probe', name: 'probe' },
      data: { source, judgement: blob(JSON.stringify(body)), verdict, title: body.verdict.reason },
    };
    this.append(draft, body);
    this.settle(pending);
    return draft;
  }

  notice(name: string): void {
    this.append({
      kind: 'processor.notified',
      shop: this.shop.id,
      actor: { kind: 'processor', name: 'musubi' },
      data: { notice: blob(name), title: text(name, name) },
    });
    this.settle(pending);
  }

  /** A halt as the actor records it, all at once. */
  haltProved(): void {
    const incident = this.incident;
    const head = { shop: this.shop.id, actor: { kind: 'server', name: 'komainu' } } as const;
    this.append({
      ...head,
      kind: 'halt.switched-off',
      data: { incident, methods: [{ code: 'card', enabled: false }] },
    });
    this.append({ ...head, kind: 'halt.voided', data: { incident, voided: 0, note: '' } });
    this.append({ ...head, kind: 'halt.proved', data: { incident, proof: blob('proof') } });
  }

  get incident(): IncidentId {
    const last = this.state.incidents.at(-1);
    if (last === undefined) throw new Error('no incident');
    return last.id;
  }

  kinds(from = 0): string[] {
    return this.ledger.slice(from).map(({ entry }) => entry.kind);
  }
}
