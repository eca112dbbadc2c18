import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import {
  Config,
  type DatabaseConfig,
  type PageId,
  type PaymentPage,
  Root,
  type RootId,
  sealedRootsOf,
  type Shop,
  type ShopId,
  type Text,
} from '@komainu/model';
import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { KomainuError } from './errors.ts';

export interface LoadedConfig {
  readonly config: Config;
  readonly file: string;
  /** The directory that relative paths in the configuration start from. */
  readonly dir: string;
  /** Absolute. */
  readonly dataDir: string;
}

const DEFAULT_CONFIG = 'komainu.yaml';

/**
 * Reads `komainu.yaml`: data, never code.
 * @throws KomainuError `config` that names file, line, column, key and what was expected, every fault in one go.
 */
export function loadConfig(file: string = DEFAULT_CONFIG): LoadedConfig {
  const path = resolve(file);
  const config = readYaml(file, Config, '--config');
  const dir = dirname(path);
  assertUnique(file, config);
  return { config, file: path, dir, dataDir: resolve(dir, config.data) };
}

/** Reads the policies of a root from a file of its own, as `komainu guard init` writes it. @throws as {@link loadConfig}. */
export const loadPolicies = (file: string): Omit<Root, 'id' | 'path'> =>
  readYaml(file, Root.unwrap().omit({ id: true, path: true }), '--policies');

function readYaml<T>(file: string, schema: z.ZodType<T>, option: string): T {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new KomainuError(
      'config',
      {
        en: `${file}: the configuration cannot be read (${codeOf(cause)}); name another one with ${option}.`,
        ja: `${file}: 設定ファイルを読めません（${codeOf(cause)}）。${option} で指定してください。`,
      },
      { cause },
    );
  }
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, uniqueKeys: true });
  const broken = document.errors[0];
  if (broken) {
    const at = lines.linePos(broken.pos[0]);
    const first = broken.message.split('\n')[0] ?? '';
    throw new KomainuError('config', {
      en: `${file}:${at.line}:${at.col}: not valid YAML: ${first}`,
      ja: `${file}:${at.line}:${at.col}: YAML として読めません: ${first}`,
    });
  }
  const parsed = schema.safeParse(document.toJS({ maxAliasCount: 50 }));
  if (!parsed.success) throw new KomainuError('config', faults(file, document, lines, parsed.error));
  return parsed.data;
}

function faults(file: string, document: Document, lines: LineCounter, error: z.ZodError): Text {
  const at = error.issues.map((issue) => {
    const key = issue.path.map(String).join('.') || '(top)';
    const where = position(document, lines, issue.path);
    return { where: `${file}:${where}`, key, expected: issue.message };
  });
  return {
    en: at.map((f) => `${f.where}: ${f.key}: ${f.expected}`).join('\n'),
    ja: at.map((f) => `${f.where}: ${f.key} の値が正しくありません: ${f.expected}`).join('\n'),
  };
}

/** Line and column of the node a fault is in, or of its nearest ancestor that is written down. */
function position(document: Document, lines: LineCounter, path: readonly PropertyKey[]): string {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) {
      const { line, col } = lines.linePos(node.range[0]);
      return `${line}:${col}`;
    }
  }
  return '1:1';
}

function assertUnique(file: string, config: Config): void {
  const seen = new Set<string>();
  for (const shop of config.shops)
    for (const key of [
      `shop ${shop.id}`,
      ...shop.pages.map((page) => `page ${shop.id}/${page.id}`),
      ...sealedRootsOf(shop).map((root) => `root ${shop.id}/${root}`),
    ]) {
      if (seen.has(key))
        throw new KomainuError('config', {
          en: `${file}: ${key} is there twice; every id may stand once.`,
          ja: `${file}: ${key} が重複しています。`,
        });
      seen.add(key);
    }
}

/** The shop named, or the only one. */
export function shopOf(loaded: LoadedConfig, id: string | undefined): Shop {
  const { shops } = loaded.config;
  const shop =
    id === undefined && shops.length === 1 ? shops[0] : shops.find((one) => one.id === (id as ShopId));
  if (shop) return shop;
  throw missing(
    loaded,
    'shop',
    id,
    shops.map((one) => one.id),
  );
}

export function pageOf(loaded: LoadedConfig, shop: Shop, id: string | undefined): PaymentPage {
  const page =
    id === undefined && shop.pages.length === 1
      ? shop.pages[0]
      : shop.pages.find((one) => one.id === (id as PageId));
  if (page) return page;
  throw missing(
    loaded,
    'page',
    id,
    shop.pages.map((one) => one.id),
  );
}

/** The roots asked for; all of the shop's when none is. Paths become absolute. */
export function rootsOf(
  loaded: LoadedConfig,
  shop: Shop,
  id: string | undefined,
): readonly (Root & { readonly dir: string })[] {
  assertRoot(loaded, shop, id);
  return shop.roots
    .filter((root) => id === undefined || root.id === (id as RootId))
    .map((root) => ({ ...root, dir: isAbsolute(root.path) ? root.path : join(loaded.dir, root.path) }));
}

/** The databases asked for, as {@link rootsOf}; files become absolute. */
export function databasesOf(
  loaded: LoadedConfig,
  shop: Shop,
  id: string | undefined,
): readonly DatabaseConfig[] {
  assertRoot(loaded, shop, id);
  return shop.databases
    .filter((one) => id === undefined || one.id === (id as RootId))
    .map((one) => (one.kind === 'sqlite' ? { ...one, file: resolve(loaded.dir, one.file) } : one));
}

function assertRoot(loaded: LoadedConfig, shop: Shop, id: string | undefined): void {
  const known = sealedRootsOf(shop);
  if (id === undefined ? known.length === 0 : !known.includes(id as RootId))
    throw missing(loaded, 'root', id, known);
}

function missing(
  loaded: LoadedConfig,
  what: string,
  id: string | undefined,
  known: readonly string[],
): KomainuError {
  const list = known.join(', ') || '-';
  return new KomainuError('usage', {
    en:
      id === undefined
        ? `${loaded.file}: name one --${what} of: ${list}`
        : `${loaded.file}: there is no ${what} "${id}"; there are: ${list}`,
    ja:
      id === undefined
        ? `${loaded.file}: --${what} を指定してください（${list}）`
        : `${loaded.file}: ${what} 「${id}」はありません（${list}）`,
  });
}

const codeOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'error';
