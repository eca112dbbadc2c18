import type { FileChange, ResponseRule } from '@komainu/model';
import { describe, expect, it } from 'vitest';
import { BURST_PATHS, FIGHT_ACTS, keepComposure } from '../src/act/composure.ts';
import { makePlanner } from '../src/act/plan.ts';

describe('composure', () => {
  it('lets one path be put right five times in a minute, and again when the minute is over', () => {
    const composure = keepComposure();
    const ask = (now: number) => composure.ask(['a'], now);
    for (let n = 0; n < FIGHT_ACTS; n++) {
      expect(ask(n)).toEqual({ kind: 'act', fights: [] });
      composure.acted(['a'], n);
    }
    expect(ask(10)).toEqual({ kind: 'act', fights: ['a'] });
    expect(ask(59_999)).toEqual({ kind: 'act', fights: ['a'] });
    expect(ask(60_004)).toEqual({ kind: 'act', fights: [] });
  });

  it('takes asking for no fight where nothing had to be done', () => {
    const composure = keepComposure();
    for (let n = 0; n < 2 * FIGHT_ACTS; n++) expect(composure.ask(['a'], n)).toMatchObject({ fights: [] });
  });

  it('counts paths, not acts: many at once, or in a few seconds, are a burst, spread out they are not', () => {
    const many = Array.from({ length: BURST_PATHS + 1 }, (_, n) => `f${n}`);
    expect(keepComposure().ask(many, 0)).toEqual({ kind: 'burst', paths: BURST_PATHS + 1 });
    expect(keepComposure().ask(many.slice(1), 0)).toMatchObject({ kind: 'act' });
    const quick = keepComposure();
    expect(many.map((path, n) => quick.ask([path], n).kind).lastIndexOf('burst')).toBe(BURST_PATHS);
    const slow = keepComposure();
    expect(many.some((path, n) => slow.ask([path], n * 200).kind === 'burst')).toBe(false);
  });
});

describe('a plan', () => {
  const sealed = new Set(['a', 'd', 'd/x', 'up/old.php']);
  const change = (path: string, more: Partial<FileChange> = {}): FileChange => ({
    kind: sealed.has(path) ? 'changed' : 'added',
    path,
    from: null,
    policy: path.startsWith('up/') ? 'no-exec' : 'sealed',
    before: null,
    after: {
      type: 'file',
      size: 1,
      mode: 0,
      uid: 0,
      gid: 0,
      mtime: '',
      ctime: '',
      hash: null,
      link: null,
    } as never,
    bodyBefore: null,
    bodyAfter: null,
    noticedAt: '' as never,
    ...more,
  });
  const plan = async (rules: readonly ResponseRule[], ...changes: FileChange[]) => {
    const planner = makePlanner({ responses: rules }, sealed, null, (path) => path.endsWith('.php'));
    const { steps, halt } = await planner(changes, async () => null);
    return [...steps.map(({ act, path }) => `${act} ${path}`), ...(halt === null ? [] : [`halt ${halt}`])];
  };
  const all = (response: ResponseRule['response'], metadata?: boolean): readonly ResponseRule[] => [
    { glob: '**', response, ...(metadata === undefined ? {} : { metadata }) },
  ];

  it('does nothing without a rule, or by one that only alerts; the first that matches counts', async () => {
    expect(await plan([], change('a'))).toEqual([]);
    expect(await plan([{ glob: 'a', response: 'alert' }, ...all('restore')], change('a'))).toEqual([]);
    expect(
      await plan([{ glob: 'a', response: 'halt' }, ...all('restore')], change('a'), change('n')),
    ).toEqual(['quarantine n', 'halt a']);
  });

  it('restores what is sealed and takes the rest away, each in the order that works', async () => {
    expect(await plan(all('restore'), change('d/x'), change('n'), change('d'), change('n/y'))).toEqual([
      'restore d',
      'restore d/x',
      'quarantine n/y',
      'quarantine n',
    ]);
    expect(await plan(all('quarantine'), change('a'), change('n'))).toEqual(['quarantine n']);
    const renamed = change('n', { kind: 'renamed', from: 'a' });
    expect(await plan(all('restore'), renamed)).toEqual(['restore a', 'quarantine n']);
  });

  it('leaves owner, mode and churn alone unless told, and uploads that cannot run', async () => {
    const minor = [change('a', { kind: 'metadata' }), change('d', { policy: 'churn' })];
    expect(await plan(all('restore'), ...minor)).toEqual([]);
    expect(await plan(all('restore', true), ...minor)).toEqual(['restore a', 'restore d']);
    const link = change('up/l', { after: { type: 'link' } as never });
    expect(
      await plan(all('restore'), change('up/p.png'), change('up/s.php'), change('up/old.php'), link),
    ).toEqual(['restore up/old.php', 'quarantine up/s.php', 'quarantine up/l']);
  });
});
