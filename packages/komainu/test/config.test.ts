import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig, pageOf, rootsOf, shopOf } from '../src/cli/config.ts';
import { KomainuError } from '../src/cli/errors.ts';

const dir = mkdtempSync(join(tmpdir(), 'komainu-config-'));
let count = 0;
function config(source: string): string {
  const file = join(dir, `${count++}.yaml`);
  writeFileSync(file, source);
  return file;
}
function refusal(source: string): KomainuError {
  try {
    loadConfig(config(source));
  } catch (error) {
    if (error instanceof KomainuError) return error;
    throw error;
  }
  throw new Error('not refused');
}

const GOOD = `shops:
  - id: komorebi
    name: こもれび自然市
    pages:
      - id: payment
        url: http://127.0.0.10:4310/checkout/payment
        journey: journey.json
    roots:
      - { id: site, path: site, policies: [{ glob: "uploads/**", policy: no-exec }] }
`;

test('a good configuration, with the defaults filled in', () => {
  const loaded = loadConfig(config(GOOD));
  const shop = shopOf(loaded, undefined);
  expect(shop.halt).toEqual({ onTampered: 'halt', onProcessorNotice: 'halt' });
  expect(pageOf(loaded, shop, 'payment').everySeconds).toBe(300);
  expect(rootsOf(loaded, shop, undefined).map((root) => root.dir)).toEqual([join(dir, 'site')]);
  expect(loaded.dataDir).toBe(join(dir, '.komainu'));
});

test.each([
  [
    'a wrong type',
    GOOD.replace('http://127.0.0.10:4310/checkout/payment', '12'),
    /:6:14: shops\.0\.pages\.0\.url: /,
  ],
  ['an unknown key', `${GOOD}colour: red\n`, /colour/],
  [
    'an unknown policy',
    GOOD.replace('no-exec', 'noexec'),
    /:9:\d+: shops\.0\.roots\.0\.policies\.0\.policy: .*no-exec/,
  ],
  ['broken YAML', 'shops: [\n  {', /:\d+:\d+: not valid YAML/],
  ['a scheme that is not http', GOOD.replace('http://127', 'file://127'), /pages\.0\.url/],
  ['an id twice', GOOD + GOOD.slice('shops:\n'.length), /shop komorebi is there twice/],
  ['nothing', '', /\(top\)/],
])('%s is refused with file, line, key and what was expected', (_, source, expected) => {
  const error = refusal(source);
  expect(error.code).toBe('config');
  expect(error.said.en).toMatch(expected);
  expect(error.said.en).toContain(dir);
});

test('a file that is not there', () => {
  expect(() => loadConfig(join(dir, 'none.yaml'))).toThrow(/ENOENT.*--config/);
});

test('a shop that is not there names those that are', () => {
  expect(() => shopOf(loadConfig(config(GOOD)), 'other')).toThrow(/no shop "other"; there are: komorebi/);
});
