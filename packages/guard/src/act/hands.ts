import { realpath } from 'node:fs/promises';
import { type Blobs, type FilePath, type GuardAct, text } from '@komainu/model';
import type { OpenSeal } from '../seal/open-seal.ts';
import { BURST_PATHS, FIGHT_ACTS, FIGHTS, keepComposure } from './composure.ts';
import type { Step } from './plan.ts';
import type { Standing } from './standing.ts';
import { undoAll } from './undo.ts';

/** Carries steps out under one release, unless that has become a fight or stands in the way of a deploy. */
export interface Hands {
  /**
   * What was done, and whether the guard stood down. `again`: see {@link undoAll}. `told`: a person said so, which ends
   * the question whether it is a deploy.
   */
  put(steps: readonly Step[], how: { readonly again: boolean; readonly told: boolean }): Promise<GuardAct[]>;
  /** The release is deployed: where the root is now is where it belongs. */
  settled(): Promise<void>;
}

export interface HandsOptions {
  readonly seal: OpenSeal;
  readonly dir: string;
  readonly blobs: Blobs;
  readonly standing: Standing;
  /** The root may move: this release has been put in force and its files are still to come. */
  readonly mayMove: () => boolean;
}

export async function makeHands({ seal, dir, blobs, standing, mayMove }: HandsOptions): Promise<Hands> {
  const composure = keepComposure();
  const whereNow = async () => realpath(dir).catch(() => '');
  let home = await whereNow();
  /** Added directories that were not empty yet when their turn came. */
  const left = new Map<FilePath, Step>();

  async function standDown(path: FilePath | null, looksLike: 'fight' | 'deploy', en: string, ja: string) {
    const news = await standing.standDown(path);
    return news ? [{ kind: 'stood-down', looksLike, path, reason: text(en, ja) } satisfies GuardAct] : [];
  }
  async function hasMoved(): Promise<boolean> {
    const now = await whereNow();
    if (now === home) return false;
    if (!mayMove()) return true;
    home = now;
    return false;
  }
  const moved = async () =>
    standDown(
      null,
      'deploy',
      'the root points to another directory, and no new release was signed for it: this looks like a deploy. Nothing is put back until a release is signed, or a person says so.',
      'ルートが別のディレクトリを指していますが、それに対応する署名済みのリリースがありません。デプロイの可能性があります。新しいリリースに署名するか、担当者が指示するまで、自動の復元を止めています。',
    );
  const burst = async (paths: number) =>
    standDown(
      null,
      'deploy',
      `${paths} paths differ within seconds (more than ${BURST_PATHS}), and no new release was signed: this looks like a deploy, or an attack on everything at once. Nothing is put back until a release is signed, or a person says so.`,
      `数秒間に${paths}件（上限${BURST_PATHS}件）が封印と異なりましたが、新しいリリースの署名がありません。デプロイ、または全体への攻撃の可能性があります。新しいリリースに署名するか、担当者が指示するまで、自動の復元を止めています。`,
    );

  async function fights(paths: readonly FilePath[]): Promise<GuardAct[]> {
    const acts: GuardAct[] = [];
    for (const path of paths)
      acts.push(
        ...(await standDown(
          path,
          'fight',
          `was put as sealed ${FIGHT_ACTS} times within a minute and altered again each time: somebody, or a program, is fighting the guard. It is left alone until a release is signed, or a person says so.`,
          `1分以内に${FIGHT_ACTS}回封印時の状態に戻しましたが、そのたびに書き換えられました。何者か、または何らかのプログラムが番人と争っています。新しいリリースに署名するか、担当者が指示するまで、自動の復元を止めています。`,
        )),
      );
    if (standing.paths() < FIGHTS) return acts;
    return [
      ...acts,
      ...(await standDown(
        null,
        'fight',
        `${standing.paths()} paths are fought over. Nothing under this root is put back until a release is signed, or a person says so.`,
        `${standing.paths()}件のパスで書き換えが繰り返されています。新しいリリースに署名するか、担当者が指示するまで、このルートでは自動の復元を止めています。`,
      )),
    ];
  }

  async function carryOut(steps: readonly Step[], again: boolean): Promise<GuardAct[]> {
    const acts: GuardAct[] = [];
    for await (const [step, act] of undoAll(steps, { seal, dir, blobs, again })) {
      if (act?.kind === 'failed' && step.act === 'quarantine' && step.change.after?.type === 'directory')
        left.set(step.path, step);
      else if (act) acts.push(act);
    }
    const emptied = undoAll([...left.values()].toReversed(), { seal, dir, blobs, again: false });
    for await (const [step, act] of emptied) {
      if (act?.kind === 'failed') continue;
      left.delete(step.path);
      if (act) acts.push(act);
    }
    return acts;
  }

  return {
    async put(steps, { again, told }) {
      const due = steps.filter(({ path }) => !standing.isDown(path));
      if (due.length === 0) return [];
      if (!told && (await hasMoved())) return moved();
      if (told) {
        home = await whereNow();
        return carryOut(due, again);
      }
      const answer = composure.ask(
        due.map(({ path }) => path),
        performance.now(),
      );
      if (answer.kind === 'burst') return burst(answer.paths);
      const calm = due.filter(({ path }) => !answer.fights.includes(path));
      const done = await carryOut(calm, again);
      composure.acted(
        done.flatMap((act) => ('path' in act && act.path !== null ? [act.path] : [])),
        performance.now(),
      );
      return [...(await fights(answer.fights)), ...done];
    },
    async settled() {
      home = await whereNow();
    },
  };
}
