import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { makeWorld, type World } from './world.ts';
import { hasTool, run } from './tools.ts';

let world: World | undefined;
afterEach(() => world?.gone());

const mtree = (of: World) => run(of.base, 'mtree', '-p', of.dir, '-f', join(of.out, 'MANIFEST.mtree'));
const isRoot = process.getuid?.() === 0;

const ODD = [
  '*',
  'p[1]\\*/inner?',
  'a?c',
  '[x]',
  '#hash',
  'with\nnewline',
  'back\\slash',
  'sp ace',
  '日本語',
  '=',
  '\t',
  '\x7f',
  '..x',
];

async function oddWorld(): Promise<{ made: World; close: () => void }> {
  const made = makeWorld(Object.fromEntries(ODD.map((name) => [`d/${name}`, `body of ${name}`])));
  writeFileSync(Buffer.concat([Buffer.from(`${made.dir}/d/`), Buffer.from([0xff, 0xfe, 0x41])]), 'latin');
  made.write('d-x/after', 'sorts between d and d/');
  made.write('tool', '#!/bin/sh');
  chmodSync(made.at('tool'), 0o4755);
  symlinkSync('../a b\\n*', made.at('link'));
  execFileSync('mkfifo', [made.at('fifo')]);
  if (isRoot) {
    execFileSync('mknod', [made.at('null'), 'c', '1', '3']);
    execFileSync('mknod', [made.at('disk'), 'b', '259', '70000']);
  }
  const server = createServer();
  await new Promise<void>((done) => server.listen(made.at('socket'), done));
  return { made, close: () => server.close() };
}

describe('MANIFEST.mtree', () => {
  it.skipIf(!hasTool('mtree'))('is what mtree checks, with every kind of name and of file', async () => {
    const { made, close } = await oddWorld();
    world = made;
    await world.seal();
    expect(mtree(world)).toEqual({ status: 0, said: '' });
    expect(run(world.dir, 'sha256sum', '-c', '--strict', '--quiet', join(world.out, 'MANIFEST')).status).toBe(
      0,
    );
    const text = readFileSync(join(world.out, 'MANIFEST.mtree'), 'latin1');
    // oxlint-disable-next-line no-control-regex
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    if (isRoot) expect(text).toMatch(/\.\/disk type=block .*device=0x/);

    const alterations: readonly (readonly [RegExp, () => void])[] = [
      [/^tool:\s+permissions/m, () => chmodSync(made.at('tool'), 0o755)],
      [/^tool:\s[^:]*sha256/m, () => made.write('tool', '#!/bin/sx')],
      [/^extra: d\/new\.php/m, () => made.write('d/new.php', '1')],
      [/^link:\s+link ref/m, () => [rmSync(made.at('link')), symlinkSync('../a b', made.at('link'))]],
      [/^fifo:\s+type/m, () => [rmSync(made.at('fifo')), made.write('fifo', '')]],
      [/^missing: \.\/d\/\\?\*/m, () => rmSync(made.at('d/*'))],
    ];
    for (const [told, alter] of alterations) {
      expect(mtree(world).said).not.toMatch(told);
      alter();
      const { status, said } = mtree(world);
      expect([status, said]).toEqual([2, expect.stringMatching(told)]);
    }
    close();
  });

  it.skipIf(!hasTool('mtree'))(
    'leaves alone what is not sealed, and sees what is sealed among it',
    async () => {
      world = makeWorld(
        {
          'a.php': '1',
          'up/x.png': '2',
          'log/l': '3',
          'log/keep/deep/k.php': '4',
          'cache/keep/deep/c.php': '5',
          'app/run.log': '6',
        },
        [
          { glob: '{log,cache}/keep/**/*.php', policy: 'sealed' },
          { glob: 'up/', policy: 'no-exec' },
          { glob: 'log/**', policy: 'churn' },
          { glob: 'cache/**', policy: 'ignored' },
          { glob: '**/*.log', policy: 'churn' },
        ],
      );
      await world.seal();
      expect(mtree(world)).toEqual({ status: 0, said: '' });
      world.write('up/new/y.png', 'new');
      world.write('up/x.png', 'other');
      world.write('app/run.log', 'more');
      expect(mtree(world)).toEqual({ status: 0, said: '' });
      rmSync(world.at('up'), { recursive: true });
      rmSync(world.at('app/run.log'));
      expect(mtree(world)).toEqual({ status: 0, said: '' });
      world.write('cache/keep/deep/c.php', 'x');
      expect(mtree(world)).toMatchObject({
        status: 2,
        said: expect.stringContaining('cache/keep/deep/c.php'),
      });
      world.write('cache/keep/deep/c.php', '5');
      expect(mtree(world).status).toBe(0);
      world.write('app/x.php', 'x');
      expect(mtree(world)).toMatchObject({ said: expect.stringContaining('app/x.php') });
    },
  );
});
