/** Where something stands in a script: lines count from 1, columns (UTF-16 units) from 0. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export type TraitKind =
  | 'card'
  | 'read'
  | 'listen'
  | 'send'
  | 'channel'
  | 'load'
  | 'run'
  | 'page'
  | 'frame'
  | 'pass'
  | 'store'
  | 'encode'
  | 'cipher'
  | 'hook'
  | 'trigger'
  | 'evade';

/** One thing a script can do, and how often it stands in it. */
export interface Trait {
  /** A row of the table: `fetch`, `listen`. */
  readonly id: string;
  readonly kind: TraitKind;
  /** The event's name of a listener, `*` where it is made up at run time; untrusted. */
  readonly what: string | null;
  readonly count: number;
  /** Of the first one. */
  readonly at: Place;
}

/** Measures, not verdicts: honest code is packed too. */
export interface Obfuscation {
  /** Of all names, those made of hexadecimal digits; 0 to 1. */
  readonly hexNames: number;
  /** Of the characters of all strings, those written as escapes that need none; 0 to 1. */
  readonly escaped: number;
  /** Lists of 16 texts and more. */
  readonly stringLists: number;
  /** Lists that are turned round before they are read. */
  readonly rotations: number;
  /** Loops around a switch over an order kept in a text. */
  readonly flattened: number;
  /** UTF-16 units of the longest text in base64 alphabet. */
  readonly base64: number;
  /** How deep code stands in texts that are run. */
  readonly nested: number;
  /** Looks at its own source. */
  readonly selfText: number;
  /** `debugger` statements. */
  readonly traps: number;
}

/** What a script names and does. Every string in it is untrusted. */
export interface Contents {
  /** Hosts in addresses among its texts, joined texts and decoded ones; lower case, `*` for a part not known. */
  readonly hosts: readonly string[];
  /** Of these, the ones that stand in a call that sends or loads. */
  readonly targets: readonly string[];
  /** The addresses themselves, at most 200 UTF-16 units each. */
  readonly urls: readonly string[];
  readonly traits: readonly Trait[];
}

export interface Parsed extends Contents {
  readonly kind: 'parsed';
  readonly bytes: number;
  /** The same for the same code with other names, white space, comments, texts, numbers and property names. */
  readonly shape: string;
  /** The same for the same code with other local names, white space and comments; nothing else. */
  readonly literal: string;
  readonly obfuscation: Obfuscation;
  /** Only what taking the disguise off brought to light; null when that gave nothing, left out when it was not tried. */
  readonly revealed?: Contents | null;
}

/** Read word by word: it does not parse, or is too large to be parsed. */
export interface Scanned extends Contents {
  readonly kind: 'scanned';
  readonly bytes: number;
  readonly reason: 'syntax' | 'size' | 'time' | 'memory';
  readonly obfuscation: Obfuscation;
  readonly revealed?: Contents | null;
}

/** Not even that. Never a reason to say less than the bytes alone would. */
export interface NotUnderstood {
  readonly kind: 'not-understood';
  readonly bytes: number;
  readonly reason: 'time' | 'memory' | 'failed';
}

export type Understood = Parsed | Scanned;
export type Understanding = Understood | NotUnderstood;
