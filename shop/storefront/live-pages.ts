import { readdirSync, statSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Shop } from './shop-context.ts';

/** What a page function returns: a document, or where to go instead. */
export type PageAnswer =
  | {
      readonly kind: 'page';
      readonly html: string;
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'redirect'; readonly to: string };
type PageFunction = (shop: Shop) => Promise<PageAnswer> | PageAnswer;
export type PageModule = {
  readonly route: string;
  readonly get?: PageFunction;
  readonly post?: PageFunction;
};
export type Matched = { readonly page: PageModule; readonly params: Readonly<Record<string, string>> };

/**
 * Modules are cached by address for ever. A version in the address, passed on to everything the page itself
 * imports, makes an altered file live at once, helpers and templates included, as it would be under PHP.
 */
const versioned = /[?&]v=/;
registerHooks({
  resolve: (specifier, context, next) => {
    const parent = context.parentURL;
    const resolved = next(specifier, context);
    if (parent === undefined || !versioned.test(parent) || !resolved.url.startsWith('file:')) return resolved;
    return {
      ...resolved,
      url: `${resolved.url}${new URL(parent).search}`,
      format: 'module',
      shortCircuit: true,
    };
  },
});

const files = (dir: string): readonly string[] =>
  readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
    .map((entry) => entry.name)
    .sort();

function fingerprint(dir: string): string {
  return files(dir)
    .map((name) => {
      const { mtimeNs, ctimeNs, size, ino } = statSync(join(dir, name), { bigint: true });
      return [name, mtimeNs.toString(36), ctimeNs.toString(36), size.toString(36), ino.toString(36)].join(
        '-',
      );
    })
    .join('~');
}

const pattern = (route: string): RegExp =>
  new RegExp(`^${route.replaceAll('.', String.raw`\.`).replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}/?$`);

type Loaded =
  | { readonly kind: 'page'; readonly name: string; readonly page: PageModule }
  | { readonly kind: 'broken'; readonly name: string; readonly cause: unknown };

export function createLivePages(dir: string): (path: string) => Promise<Matched | undefined> {
  let current: { readonly print: string; readonly pages: Promise<readonly Loaded[]> } | undefined;
  let generation = 0;
  /** Where a page that does not load any more used to answer: the others go on, as under PHP. */
  const lastRoutes = new Map<string, string>();

  const load = async (name: string, version: string): Promise<Loaded> => {
    try {
      const page = (await import(`${pathToFileURL(join(dir, name)).href}?v=${version}`)) as PageModule;
      if (typeof page.route !== 'string') throw new Error(`${name} has no route`);
      lastRoutes.set(name, page.route);
      return { kind: 'page', name, page };
    } catch (cause) {
      return { kind: 'broken', name, cause };
    }
  };

  return async (path) => {
    const print = fingerprint(dir);
    if (current?.print !== print) {
      generation += 1;
      const version = `${Date.now().toString(36)}.${generation}`;
      const names = files(dir).filter((name) => !name.startsWith('_'));
      current = { print, pages: Promise.all(names.map((name) => load(name, version))) };
    }
    for (const one of await current.pages) {
      const route = one.kind === 'page' ? one.page.route : lastRoutes.get(one.name);
      const match = route === undefined ? null : pattern(route).exec(path);
      if (match === null) continue;
      if (one.kind === 'broken') throw new Error(`${one.name} does not load`, { cause: one.cause });
      const params = Object.entries(match.groups ?? {}).map(([key, value]) => [key, decode(value)] as const);
      return { page: one.page, params: Object.fromEntries(params) };
    }
    return undefined;
  };
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
