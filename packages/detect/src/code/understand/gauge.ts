import type { AnyNode, DoWhileStatement, ForStatement, Literal, WhileStatement } from 'acorn';
import type { Obfuscation } from './types.ts';

const HEX_NAME = /^(?:[a-z]\d?)?_0x[0-9a-f]{2,}$/i;
/** Written as `\x65` or `\u0065` though it could stand as itself. */
const ESCAPE = /\\(?:x[2-7][0-9a-f]|u00[2-7][0-9a-f]|u\{[2-7][0-9a-f]\})/gi;
const LIST = 16;

/** Counts how much of a script hides. */
export interface Gauge {
  name(name: string): void;
  /** A text as it is written, where that is known. */
  literal(node: Literal): void;
  text(value: string): void;
  list(elements: readonly (AnyNode | null)[]): void;
  loop(node: WhileStatement | ForStatement | DoWhileStatement): void;
  escaped(written: string, units: number): void;
  stringList(): void;
  rotation(): void;
  selfText(): void;
  trap(): void;
  nested(depth: number): void;
  measures(): Obfuscation;
}

export function newGauge(): Gauge {
  let names = 0;
  let hex = 0;
  let units = 0;
  let escapes = 0;
  const counts = { stringLists: 0, rotations: 0, flattened: 0, base64: 0, nested: 0, selfText: 0, traps: 0 };

  const text = (value: string) => {
    if (value.length > counts.base64 && value.length >= 100)
      counts.base64 = Math.max(counts.base64, longestRun(value));
  };
  const escaped = (written: string, length: number) => {
    units += length;
    if (written.includes('\\')) for (const _ of written.matchAll(ESCAPE)) escapes++;
  };
  return {
    name(name) {
      names++;
      if (name.length < 100 && HEX_NAME.test(name)) hex++;
    },
    literal(node) {
      if (typeof node.value !== 'string') return;
      text(node.value);
      escaped(node.raw ?? '', node.value.length);
    },
    text,
    escaped,
    list(elements) {
      const texts = elements.filter((one) => one?.type === 'Literal' && typeof one.value === 'string').length;
      if (texts >= LIST && texts >= elements.length * 0.9) counts.stringLists++;
    },
    loop(node) {
      const body = node.body.type === 'BlockStatement' ? node.body.body : [node.body];
      if (isEndless(node.test ?? null) && body.some(isOrdered)) counts.flattened++;
    },
    stringList: () => void counts.stringLists++,
    rotation: () => void counts.rotations++,
    selfText: () => void counts.selfText++,
    trap: () => void counts.traps++,
    nested(depth) {
      counts.nested = Math.max(counts.nested, depth);
    },
    measures: () => ({
      hexNames: share(hex, names),
      escaped: share(escapes, units),
      ...counts,
    }),
  };
}

const share = (part: number, whole: number): number =>
  whole === 0 ? 0 : Math.round((part / whole) * 1000) / 1000;

function isEndless(test: AnyNode | null): boolean {
  if (test === null) return true;
  if (test.type === 'Literal') return Boolean(test.value);
  if (test.type !== 'UnaryExpression' || test.operator !== '!') return false;
  const { argument } = test;
  return (
    (argument.type === 'Literal' && argument.value === 0) ||
    (argument.type === 'UnaryExpression' &&
      argument.operator === '!' &&
      argument.argument.type === 'ArrayExpression')
  );
}

/** `switch (order[i++])`: unlike the state machines compilers write, the order of the steps stands in a text. */
const isOrdered = (node: AnyNode): boolean =>
  node.type === 'SwitchStatement' &&
  node.discriminant.type === 'MemberExpression' &&
  node.discriminant.property.type === 'UpdateExpression';

function longestRun(text: string): number {
  let longest = 0;
  let run = 0;
  // By hand: a greedy pattern over megabytes ends in a stack overflow.
  for (let place = 0; place < text.length; place++) {
    const unit = text.charCodeAt(place);
    const inside =
      (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || (unit >= 47 && unit <= 57) || unit === 43;
    run = inside ? run + 1 : 0;
    if (run > longest) longest = run;
  }
  return longest;
}

/** Packed on purpose, beyond what minifiers do: worth the work of taking the disguise off. */
export const isDisguised = (o: Obfuscation): boolean =>
  o.hexNames > 0.05 || o.rotations > 0 || o.flattened > 0 || o.traps > 0 || o.escaped > 0.3;
