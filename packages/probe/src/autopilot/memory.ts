import type { Control, Scene } from './scene.ts';

/** What has been done on the way; a new one after every action. */
export interface Memory {
  /** How often each {@link keyOf} was acted on. */
  readonly tried: ReadonlyMap<string, number>;
  /** Something lies in the cart. */
  readonly added: boolean;
  /** The shopper's address was given: from now on words that place an order may place one. */
  readonly given: boolean;
  readonly cardTyped: boolean;
  /** How often something was pressed that goes on: what was called wrong before is written another way after. */
  readonly sent: number;
  /** The front page was opened to look for something to buy. */
  readonly wentHome: boolean;
}

export const START: Memory = {
  tried: new Map(),
  added: false,
  given: false,
  cardTyped: false,
  sent: 0,
  wentHome: false,
};

export const placeOf = (url: string): string => {
  const parsed = URL.parse(url);
  return parsed === null ? url : `${parsed.origin}${parsed.pathname.replace(/\/$/, '')}`;
};

/** The same thing on the same page, whatever index a scan gives it. */
export const keyOf = (scene: Scene, control: Control, why: string): string =>
  `${why} ${placeOf(scene.url)} ${scene.headings.slice(0, 60)} ${control.names} ${control.words.slice(0, 60)} ${control.kind === 'select' ? '' : control.value} ${control.href}`;

export const triedOf = (memory: Memory, key: string): number => memory.tried.get(key) ?? 0;
export const noted = (memory: Memory, key: string): Memory => ({
  ...memory,
  tried: new Map([...memory.tried, [key, triedOf(memory, key) + 1]]),
});
