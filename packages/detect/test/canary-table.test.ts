import { expect, test } from 'vitest';
import { table } from './canary-table.ts';

test('132 encodings over ten channels: what is missed is known by name', () => {
  const cells = table();
  const missed = cells.filter(({ hit }) => !hit).map(({ encoding, channel }) => `${encoding}: ${channel}`);
  expect(new Set(cells.map(({ encoding }) => encoding)).size).toBe(132);
  expect(missed).toEqual([
    'lz-string, UTF-16: host',
    'lz-string, UTF-16: header',
    'lz-string, UTF-16: cookie',
    'url of base64 of gzip: host',
  ]);
});
