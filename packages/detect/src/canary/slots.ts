import type { WireMessage } from '@komainu/model';
import { parseUrl } from '../address.ts';
import { leavesOf } from './leaves.ts';
import { isStandard, type Place } from './places.ts';

/** A short value in a message, and where: messages with a value in the same slot may be pieces of one. */
export interface Slot {
  /** Names the slot: the address with the value left out, the part of the message, the name of the value. */
  readonly key: string;
  readonly value: string;
}

/** Longer values are searched by themselves. */
const LONGEST = 64;
const MAX_SLOTS = 64;
const MAX_BODY = 4096;

/** Every slot of a message in which a piece of something could go out. */
export function slotsOf(message: WireMessage, places: readonly Place[]): readonly Slot[] {
  const url = parseUrl(message.url);
  const host = url?.host ?? '';
  const site = host.split('.').slice(-2).join('.');
  const path = (url?.pathname ?? '').split('/');
  const slots: Slot[] = [];
  const add = (key: string, value: string): void => {
    if (value.length > 0 && value.length <= LONGEST && slots.length < MAX_SLOTS) slots.push({ key, value });
  };
  /** A value as it is, and its parts, for those that carry a place beside the piece. */
  const words = (key: string, value: string): void => {
    add(key, value);
    const parts = value.split(/[^0-9A-Za-z+/=%]+/);
    if (parts.length > 1 && parts.length <= 6)
      for (const [i, part] of parts.entries()) add(`${key} ${i}`, part);
  };
  const labels = host.split('.');
  for (const [i, label] of labels.slice(0, -2).entries())
    words(`host ${i}/${labels.length} ${labels.filter((_, j) => j > i).join('.')}`, label);
  for (const [i, segment] of path.entries()) {
    const rest =
      path.length === 2 ? '' : path.map((one, j) => (j === i || /\d/.test(one) ? '*' : one)).join('/');
    words(`path ${host} ${rest} ${i}/${path.length}`, decoded(segment.replace(/\.[a-z]{2,5}$/, '')));
  }
  const where = `${message.method} ${host}${url?.pathname ?? ''}`;
  for (const { name, text } of places) {
    if (name === 'query')
      for (const [key, value] of pairs(text, '&')) {
        words(`query ${where} ${key}`, decoded(value));
        // The same name on another page of the site.
        add(`query ${site} ${key}`, decoded(value));
      }
    else if (name === 'cookie')
      for (const [key, value] of pairs(text, '; ')) words(`cookie ${site} ${key}`, decoded(value));
    else if (name.startsWith('header ')) {
      if (!isStandard(name.slice(7))) words(`${name} ${site}`, text);
    } else if ((name === 'body' || name === 'frame') && text.length <= MAX_BODY) {
      const leaves = leavesOf(text);
      if (leaves === null) words(`${name} ${where}`, text);
      else
        for (const { key, value } of leaves.pieces.slice(0, MAX_SLOTS))
          words(`${name} ${where} ${key}`, decoded(value));
    }
  }
  return slots;
}

function pairs(text: string, separator: string): readonly (readonly [string, string])[] {
  return text
    .split(separator)
    .slice(0, MAX_SLOTS)
    .map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? ['', pair] : [pair.slice(0, at).slice(0, 60), pair.slice(at + 1)];
    });
}

const decoded = (value: string): string =>
  value.includes('%')
    ? value.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : value;
