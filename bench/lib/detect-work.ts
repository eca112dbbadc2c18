import { draftBaseline, judgeCheck } from '@komainu/detect';
import { type Baseline, canonicalBytes, type Finding, instant, type Judgement, newId } from '@komainu/model';
import { newCanary, openBrowser, PERSONAS, type Visited, visit } from '@komainu/probe';
import type { Base, Behaviour } from '../../drills/library/behaviour.ts';
import { journeyOf, pageOf } from '../../drills/library/journey.ts';
import { openSite } from '../../drills/library/site/server.ts';
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

/** A site and a browser of its own, with the approvals of the untampered pages at its port. */
export interface Worker {
  examine(behaviour: Behaviour, round: number): Promise<Outcome>;
  close(): Promise<void>;
}

export async function openWorker(signal: AbortSignal): Promise<Worker> {
  const site = await openSite();
  const browser = await openBrowser({ signal });
  const approvals = new Map<Base, Approval>();

  const look = async (base: Base, blobs: PassingBlobs): Promise<readonly Visited[]> => {
    const [persona] = PERSONAS;
    if (!persona) throw new Error('no persona');
    return [
      await visit({
        browser,
        shop: 'wakaba' as never,
        page: pageOf(site, base),
        journey: journeyOf(base),
        persona,
        canary: newCanary(),
        check: newId('check'),
        purpose: 'check',
        blobs,
        signal,
      }),
    ];
  };
  const approvalOf = async (base: Base): Promise<Approval> => {
    const known = approvals.get(base);
    if (known) return known;
    site.wear(null, base);
    const blobs = passingBlobs();
    const fresh = await approve(await look(base, blobs), blobs);
    if (fresh.warnings.some(({ grade }) => grade === 'tampered' || grade === 'unobserved'))
      throw new Error(
        `the untampered ${base} page is not clean: ${fresh.warnings.map(({ key }) => key).join('; ')}`,
      );
    approvals.set(base, fresh);
    return fresh;
  };
  return {
    examine: async (behaviour, round) => {
      const approval = await approvalOf(behaviour.base);
      const started = performance.now();
      site.wear(behaviour);
      const blobs = passingBlobs(approval.blobs);
      const visited = await look(behaviour.base, blobs);
      const told = judge(visited, approval, blobs);
      const cards = visited.map(({ recording }) => recording.visit.canary.card);
      const fired = behaviour.proof(site.arrived, cards);
      const seconds = (performance.now() - started) / 1000;
      const approved = behaviour.kind === 'benign' ? await again(behaviour, visited, blobs) : null;
      return {
        id: behaviour.id,
        kind: behaviour.kind,
        round,
        told,
        approved,
        fired,
        visits: visited.length,
        seconds,
      };
    },
    close: async () => {
      await browser.close();
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
    return judge(await look(behaviour.base, blobs), approval, blobs);
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

function judge(visited: readonly Visited[], approval: Approval, blobs: PassingBlobs): Told {
  const { verdict, findings } = judgeCheck({
    recordings: visited,
    baseline: { ref: approval.ref, baseline: approval.baseline },
    bodies: blobs.now,
  });
  return {
    verdict: verdict.kind,
    findings: findings.map(({ detector, key, grade, confidence }) => ({ detector, key, grade, confidence })),
    says: findings[0]?.title.en ?? '',
  };
}
