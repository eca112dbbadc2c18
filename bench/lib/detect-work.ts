import { draftBaseline, inDoubt, judgeCheck, suspectsOfCheck } from '@komainu/detect';
import {
  type Baseline,
  canonicalBytes,
  type Finding,
  instant,
  type Judgement,
  newId,
  type Persona,
  type ShopId,
} from '@komainu/model';
import { check, openProbe, PERSONAS, personaOf, type Visited } from '@komainu/probe';
import type { Base, Behaviour } from '../../drills/library/behaviour.ts';
import { journeyOf, pageOf } from '../../drills/library/journey.ts';
import { openSite } from '../../drills/library/site/server.ts';
import { understand } from '../../packages/komainu/src/check/bodies.ts';
import { type PassingBlobs, passingBlobs } from './detect-blobs.ts';

export interface Told {
  readonly verdict: Judgement['verdict']['kind'];
  readonly findings: readonly Pick<Finding, 'detector' | 'key' | 'grade' | 'confidence'>[];
  /** English, of the finding that decides. */
  readonly says: string;
}

export interface Outcome {
  readonly id: string;
  readonly kind: Behaviour['kind'];
  readonly round: number;
  /** Judged by what is approved for the untampered page. */
  readonly told: Told;
  /** A benign one, once approved itself. */
  readonly approved: Told | null;
  /** Its loot, or its work, arrived during the check itself. */
  readonly fired: boolean;
  readonly visits: number;
  readonly seconds: number;
}

const RANK: readonly Told['verdict'][] = ['tampered', 'not-fully-observed', 'changed', 'clean'];
/** Milliseconds for all visits of a check on a machine that does other things too. */
const DEADLINE = 120_000;

/** A site and a browser of its own, with the approvals of the untampered pages at its port. */
export interface Worker {
  /** `approve: false` leaves out the second check, of an honest page that was approved. */
  examine(behaviour: Behaviour, round: number, how?: { readonly approve: boolean }): Promise<Outcome>;
  close(): Promise<void>;
}

const [USUAL] = PERSONAS as readonly [Persona, ...Persona[]];

export async function openWorker(signal: AbortSignal): Promise<Worker> {
  const site = await openSite();
  const probe = await openProbe({ signal });
  const approvals = new Map<Base, Approval>();

  const look = async (base: Base, persona: Persona, approval: Approval | null, blobs: PassingBlobs) => {
    const baseline = approval?.baseline ?? null;
    return check({
      probe,
      shop: 'wakaba' as ShopId,
      page: pageOf(site, base),
      journey: journeyOf(base),
      persona,
      check: newId('check'),
      blobs,
      signal,
      privateNetwork: true,
      deadline: DEADLINE,
      inDoubt: (recordings) => inDoubt({ recordings, baseline, bodies: blobs.now }),
    });
  };
  const approvalOf = async (base: Base): Promise<Approval> => {
    const known = approvals.get(base);
    if (known) return known;
    site.wear(null, base);
    const blobs = passingBlobs();
    const fresh = await approve(await look(base, USUAL, null, blobs), blobs);
    if (fresh.warnings.some(({ grade }) => grade === 'tampered' || grade === 'unobserved'))
      throw new Error(
        `the untampered ${base} page is not clean: ${fresh.warnings.map(({ key }) => key).join('; ')}`,
      );
    approvals.set(base, fresh);
    return fresh;
  };
  return {
    examine: async (behaviour, round, { approve: second } = { approve: true }) => {
      const approval = await approvalOf(behaviour.base);
      const started = performance.now();
      site.wear(behaviour);
      const blobs = passingBlobs(approval.blobs);
      const seen: Visited[] = [];
      let told: Told | null = null;
      // Kinds of customers are visited in turn over a day; a cloak is met when its kind comes.
      for (const { id } of behaviour.kind === 'skimmer' && behaviour.cloaked ? PERSONAS : [USUAL]) {
        const persona = personaOf(id, Date.now()) ?? USUAL;
        const visited = await look(behaviour.base, persona, approval, blobs);
        const next = await judge(visited, approval, blobs);
        seen.push(...visited);
        if (told === null || RANK.indexOf(next.verdict) < RANK.indexOf(told.verdict)) told = next;
        if (told.verdict === 'tampered') break;
      }
      if (told === null) throw new Error('no persona');
      const cards = seen.map(({ recording }) => recording.visit.canary.card);
      const fired = behaviour.proof(site.arrived, cards);
      const seconds = (performance.now() - started) / 1000;
      const approved = behaviour.kind === 'benign' && second ? await again(behaviour, seen, blobs) : null;
      const { id, kind } = behaviour;
      return { id, kind, round, told, approved, fired, visits: seen.length, seconds };
    },
    close: async () => {
      await probe.close();
      await site.close();
    },
  };

  async function again(
    behaviour: Behaviour,
    visited: readonly Visited[],
    beneath: PassingBlobs,
  ): Promise<Told> {
    const approval = await approve(visited, beneath);
    site.wear(behaviour);
    const blobs = passingBlobs(beneath);
    return judge(await look(behaviour.base, USUAL, approval, blobs), approval, blobs);
  }
}

interface Approval {
  readonly ref: Visited['ref'];
  readonly baseline: Baseline;
  readonly blobs: PassingBlobs;
  readonly warnings: readonly Finding[];
}

async function approve(visited: readonly Visited[], blobs: PassingBlobs): Promise<Approval> {
  const [first, ...others] = visited;
  if (!first) throw new Error('no visit');
  const { baseline, warnings } = draftBaseline({
    ref: first.ref,
    recording: first.recording,
    others: others.map(({ recording }) => recording),
    approvedBy: 'bench',
    approvedAt: instant(),
    bodies: blobs.now,
  });
  return { ref: await blobs.put(canonicalBytes(baseline)), baseline, blobs, warnings };
}

async function judge(visited: readonly Visited[], approval: Approval, blobs: PassingBlobs): Promise<Told> {
  const recordings = visited.map(({ recording }) => recording);
  const code = await understand(suspectsOfCheck(recordings, approval.baseline, blobs.now), blobs.now);
  const { verdict, findings } = judgeCheck({
    recordings: visited,
    baseline: { ref: approval.ref, baseline: approval.baseline },
    bodies: blobs.now,
    code,
  });
  return {
    verdict: verdict.kind,
    findings: findings.map(({ detector, key, grade, confidence }) => ({ detector, key, grade, confidence })),
    says: findings[0]?.title.en ?? '',
  };
}
