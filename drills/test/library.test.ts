import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { library, serverSideLibrary } from '../library/library.ts';
import { ROWS } from '../library/rows.ts';

/** What every file of the library promises, without a browser. */
const behaviours = await library();
const inFiles = await serverSideLibrary();
const root = join(import.meta.dirname, '../library');
const files = ['skimmers', 'benign'].flatMap((folder) =>
  readdirSync(join(root, folder)).map((name) => ({
    kind: folder === 'skimmers' ? 'skimmer' : 'benign',
    name: name.replace(/\.ts$/, ''),
    text: readFileSync(join(root, folder, name), 'utf8'),
  })),
);

test('at least 60 skimmers and 40 benign ones', () => {
  expect(behaviours.filter(({ kind }) => kind === 'skimmer').length).toBeGreaterThanOrEqual(60);
  expect(behaviours.filter(({ kind }) => kind === 'benign').length).toBeGreaterThanOrEqual(40);
});

test('one short file each, named as it is, in the folder of its kind', () => {
  expect(behaviours.map(({ kind, id }) => `${kind} ${id}`).sort()).toEqual(
    files.map(({ kind, name }) => `${kind} ${name}`).sort(),
  );
  expect(new Set(behaviours.map(({ id }) => id)).size).toBe(behaviours.length);
  for (const { name, text } of files) expect(text.split('\n').length, name).toBeLessThan(90);
});

test('each gives its reason', () => {
  for (const { id, why } of behaviours) expect(why.length, id).toBeGreaterThan(50);
  expect(new Set(behaviours.map(({ why }) => why)).size).toBe(behaviours.length);
});

test('every row of what was seen is covered', () => {
  const covered = new Set([
    ...behaviours.flatMap((one) => (one.kind === 'skimmer' ? one.covers : [])),
    ...inFiles.flatMap((one) => one.covers),
  ]);
  expect(Object.keys(ROWS).filter((row) => !covered.has(row as keyof typeof ROWS))).toEqual([]);
});

test('they speak to loopback only', () => {
  for (const { name, text } of files) {
    const hosts = [...text.matchAll(/(?:https?|wss?|turns?|stun):(?:\/\/)?([\w.-]+)/g)].map(
      ([, host = '']) => host,
    );
    // An address of XML is a name, not a place.
    expect(
      hosts.filter((host) => host !== 'localhost' && !host.endsWith('.localhost') && host !== 'www.w3.org'),
      name,
    ).toEqual([]);
  }
});
