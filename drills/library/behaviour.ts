import type { Canary } from '@komainu/model';
import type { Arrivals } from './site/arrivals.ts';
import type { Row } from './rows.ts';
import type { Site } from './site/site.ts';

export type Card = Canary['card'];

/** Which payment page it is put on: own card fields that call the provider, or the provider's fields in a frame. */
export type Base = 'direct' | 'hosted';

interface Common {
  /** The name of its file. */
  readonly id: string;
  /** What it does, and who does it. */
  readonly why: string;
  readonly base: Base;
  /** Changes what is served. */
  install(site: Site): void;
}

export interface Skimmer extends Common {
  readonly kind: 'skimmer';
  /** Rows of the table of observed behaviour ({@link Row}) it stands for. */
  readonly covers: readonly Row[];
  /** Milliseconds a customer stays on the payment page before paying; it waits for that. */
  readonly lingers?: number;
  /** It strikes a part of the customers only. */
  readonly rare?: true;
  /** What the customer does besides buying. */
  readonly habit?: 'at-night' | 'comes-from-search' | 'copies' | 'on-a-phone' | 'pastes';
  /** It strikes some kinds of customers only: a shop's visits must be of several kinds to meet it. */
  readonly cloaked?: true;
  /** What the proof needs beside a customer: the far end of a data channel, the names the browser looked up. */
  readonly needs?: 'peer' | 'names';
  /** Whether what arrived holds the cards that were typed, as far as the attacker can tell. */
  proof(arrived: Arrivals, cards: readonly Card[]): boolean;
}

export interface Benign extends Common {
  readonly kind: 'benign';
  /** It really did what it is there for. */
  proof(arrived: Arrivals, cards: readonly Card[]): boolean;
  /** Why it is not `clean` once approved, where that is right: it does depend on the card. */
  readonly changed?: string;
}

export type Behaviour = Skimmer | Benign;

/** What happens in the shop's files where no browser can see it: for the guard. */
export interface ServerSide {
  readonly id: string;
  readonly why: string;
  /** Empty for an honest one. */
  readonly covers: readonly Row[];
  /** Paths below the root to what is written there. `keepTime`: the file's time is put back afterwards. */
  strike(files: FileWriter): void;
}
interface FileWriter {
  readonly read: (path: string) => string;
  readonly write: (path: string, bytes: string | Uint8Array, how?: { readonly keepTime: boolean }) => void;
}

export const serverSide = (of: ServerSide): ServerSide => of;
export const skimmer = (of: Omit<Skimmer, 'kind'>): Skimmer => ({ kind: 'skimmer', ...of });
export const benign = (of: Omit<Benign, 'kind'>): Benign => ({ kind: 'benign', ...of });

/** A proof: one of the texts the attacker decodes holds a card number. */
export const holds =
  (decode: (arrived: Arrivals, cards: readonly Card[]) => readonly string[]) =>
  (arrived: Arrivals, cards: readonly Card[]): boolean => {
    const texts = decode(arrived, cards);
    return cards.some(({ number }) => texts.some((text) => text.includes(number)));
  };

/** Marks JavaScript of a page; backslashes stay. */
export const js = String.raw;
