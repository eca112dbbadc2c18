import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { needSystemd } from '../src/install/system.ts';
import { unitOf, type UnitOptions } from '../src/install/unit.ts';

const base: UnitOptions = {
  guard: 'web-1',
  command: ['/usr/bin/node', '/opt/komainu/main.js', 'guard', '--id', 'web-1'],
  user: 'komainu-guard',
  own: ['/var/lib/komainu/guard/web-1', '/var/lib/komainu/guard/blobs'],
  roots: ['/var/www/shop'],
  writes: false,
  halt: null,
  fanotify: false,
  token: '/etc/komainu/guard.token',
  server: 'https://komainu.example/',
};
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'komainu-install-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const lines = (options: Partial<UnitOptions>, key: string) =>
  unitOf({ ...base, ...options })
    .split('\n')
    .filter((line) => line.startsWith(`${key}=`))
    .map((line) => line.slice(key.length + 1));

describe('the unit of a guard', () => {
  it('has the rights its work needs, and no others', () => {
    expect(lines({}, 'CapabilityBoundingSet')).toEqual(['CAP_DAC_READ_SEARCH']);
    expect(lines({}, 'AmbientCapabilities')).toEqual(['CAP_DAC_READ_SEARCH']);
    expect(lines({}, 'ReadWritePaths').join()).not.toContain('/var/www');
    expect(lines({}, 'ReadOnlyPaths')).toEqual(['"/var/www/shop"']);
    const writes = lines({ writes: true }, 'CapabilityBoundingSet')[0];
    expect(writes).toBe('CAP_DAC_READ_SEARCH CAP_DAC_OVERRIDE CAP_CHOWN CAP_FOWNER CAP_FSETID');
    expect(lines({ writes: true }, 'ReadWritePaths')).toContain('"/var/www/shop"');
    expect(lines({ halt: '/srv/flags' }, 'ReadWritePaths')).toContain('"/srv/flags"');
    expect(lines({ fanotify: true }, 'CapabilityBoundingSet')[0]).toContain('CAP_SYS_ADMIN');
    expect(lines({ writes: true }, 'CapabilityBoundingSet')[0]).not.toContain('CAP_SYS_ADMIN');
  });

  it('sees a web root wherever it is, and speaks only to the server where that can be said', () => {
    expect(lines({}, 'ProtectHome')).toEqual(['yes']);
    expect(lines({ roots: ['/home/shop/www'] }, 'ProtectHome')).toEqual(['read-only']);
    expect(lines({ roots: ['/tmp/www'] }, 'PrivateTmp')).toEqual([]);
    expect(lines({ server: 'http://127.0.0.1:4180' }, 'IPAddressAllow')).toEqual(['localhost']);
    expect(lines({ server: 'http://[2001:db8::1]:4180' }, 'IPAddressAllow')).toEqual(['2001:db8::1']);
    expect(lines({}, 'IPAddressDeny')).toEqual([]);
  });

  it('takes no directive from a path or a name', () => {
    const odd = '/srv/a b/%n $HOME "x"\nUser=root';
    const unit = unitOf({ ...base, roots: [odd], command: ['/usr/bin/node', odd] });
    expect(unit.split('\n').filter((line) => line.startsWith('User='))).toEqual(['User=komainu-guard']);
    expect(unit).toContain(String.raw`"/srv/a b/%%n $HOME \"x\"\nUser=root"`);
    expect(unit).toContain(String.raw`"/srv/a b/%%n $$HOME \"x\"\nUser=root"`);
  });

  const analyze = '/usr/bin/systemd-analyze';
  test.runIf(existsSync(analyze)).each([
    ['tells only', {}, 1.7],
    ['restores', { writes: true }, 2.2],
    ['restores, and is told who wrote', { writes: true, fanotify: true }, 2.6],
  ] as const)('one that %s is exposed no more than it was', (name, options, limit) => {
    const file = join(dir, `${name.replaceAll(/\W/g, '-')}.service`);
    writeFileSync(file, unitOf({ ...base, ...options }));
    const { stdout } = spawnSync(analyze, ['security', '--offline=true', '--no-pager', file], {
      encoding: 'utf8',
    });
    const score = Number(/exposure level for [^:]+: ([\d.]+)/.exec(stdout)?.[1]);
    expect(score).toBeLessThanOrEqual(limit);
    const verified = spawnSync(analyze, ['verify', '--man=no', file], { encoding: 'utf8' });
    // Neither an unknown name nor a bad value. What it says of programs that are not here is no fault of the unit's.
    expect(verified.stderr).not.toMatch(/Unknown key|Failed to parse|Invalid|ignoring/i);
  });
});

const komainu = (...args: string[]) =>
  spawnSync(
    process.execPath,
    [
      '--conditions=source',
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, '../src/main.ts'),
      ...args,
    ],
    { encoding: 'utf8', cwd: dir, env: { ...process.env, LANG: 'C.UTF-8', KOMAINU_TOKEN: '' } },
  );

test('install says what it would do, follows the sealed release, and refuses kindly where there is no systemd', () => {
  mkdirSync(join(dir, 'site'));
  writeFileSync(join(dir, 'site', 'pay.php'), 'pay');
  const configure = (responses: string) =>
    writeFileSync(
      join(dir, 'komainu.yaml'),
      `shops:\n  - id: s\n    name: S\n    roots: [{ id: site, path: site${responses} }]\n`,
    );
  configure('');
  expect(komainu('guard', 'install', '--print').stderr).toContain('seal');
  expect(komainu('seal').status).toBe(0);
  expect(komainu('guard', 'install', '--print').stdout).not.toContain('CAP_CHOWN');
  // The configuration alone gives no rights: it is the signed release that counts.
  configure(", responses: [{ glob: '**', response: restore }]");
  expect(komainu('guard', 'install', '--print').stdout).not.toContain('CAP_CHOWN');
  expect(komainu('seal').status).toBe(0);
  expect(komainu('guard', 'install', '--print').stdout).toContain('CAP_CHOWN');
  const dry = komainu('guard', 'install', '--dry-run', '--id', 'web-1');
  expect([dry.status, dry.stdout.split('\n').filter((line) => line.startsWith('- ')).length]).toEqual([0, 4]);
  expect(dry.stdout).toContain('/etc/systemd/system/komainu-web-1.service');
  expect(komainu('guard', 'uninstall', '--dry-run').status).toBe(0);
  expect(komainu('guard', 'install', '--dry-run', '--user', 'x; rm -rf').status).toBe(64);
  expect(() => needSystemd(join(dir, 'nowhere'), 0)).toThrow(/not run by systemd/);
  expect(() => needSystemd(dir, 1_000)).toThrow(/root/);
  const shown = komainu('guard', 'key', '--json');
  const again = komainu('guard', 'key', '--json');
  expect(JSON.parse(again.stdout)).toEqual(JSON.parse(shown.stdout));
  expect(JSON.parse(komainu('guard', 'key', '--new', '--json').stdout)).not.toEqual(JSON.parse(shown.stdout));
});
