import type { WireMessage } from '@komainu/model';
import { placesIn } from './attribution.ts';
import type { Visited } from './define.ts';
import { typedAt } from './differ/sent.ts';

/** A message of one of the visits. */
export interface Message {
  readonly visited: Visited;
  readonly message: WireMessage;
  readonly pointer: string;
  /** It left after the first card value was typed. */
  readonly typed: boolean;
  /** The scripts that caused it, innermost first. */
  readonly places: readonly string[];
}

interface Traffic {
  readonly all: readonly Message[];
  readonly by: ReadonlyMap<string, readonly Message[]>;
}

/** The detectors of one check ask for the same traffic. */
const memory = new WeakMap<readonly Visited[], Traffic>();

/** All messages of all visits, with who sent them. */
export const messagesIn = (visits: readonly Visited[]): readonly Message[] => trafficOf(visits).all;

/** Messages a script sent, alone or through others. */
export const messagesBy = (place: string, visits: readonly Visited[]): readonly Message[] =>
  trafficOf(visits).by.get(place) ?? [];

function trafficOf(visits: readonly Visited[]): Traffic {
  const known = memory.get(visits);
  if (known !== undefined) return known;
  const all = visits.flatMap((visited): readonly Message[] => {
    const { wire } = visited.recording.artifacts;
    const since = typedAt(visited.recording);
    return (wire.kind === 'observed' ? wire.value : []).map((message, index) => ({
      visited,
      message,
      pointer: `/artifacts/wire/value/${index}`,
      typed: since !== undefined && message.at >= since,
      places: sendersOf(message),
    }));
  });
  const by = new Map<string, Message[]>();
  for (const message of all)
    for (const place of message.places) {
      const mine = by.get(place);
      if (mine === undefined) by.set(place, [message]);
      else mine.push(message);
    }
  const traffic = { all, by };
  memory.set(visits, traffic);
  return traffic;
}

/** The scripts that caused a message, innermost first. */
export function sendersOf({ initiator, frameUrl }: WireMessage): readonly string[] {
  if (initiator.kind !== 'script') return [];
  const stack = initiator.url === null ? [] : [{ url: initiator.url, function: '', line: 0, column: 0 }];
  return placesIn([...initiator.stack, ...stack], frameUrl);
}
