/** One thing that is wrong with evidence. Files are named as in the bundle or the ledger's directory. */
export interface Problem {
  readonly file: string;
  readonly what:
    | 'missing'
    | 'extra'
    | 'altered'
    | 'truncated'
    | 'appended'
    | 'header'
    | 'padding'
    | 'signature'
    | 'key'
    | 'malformed'
    | 'unreadable';
  /** For a person, one sentence without a full stop. */
  readonly detail: string;
}

export interface Problems {
  readonly all: readonly Problem[];
  add(file: string, what: Problem['what'], detail: string): void;
}

const MAX_PROBLEMS = 200;

/** A list with an end: a hostile bundle must not fill the memory with complaints. */
export function problemList(): Problems {
  const all: Problem[] = [];
  let more = 0;
  return {
    get all() {
      const rest: Problem = { file: '*', what: 'altered', detail: `and ${more} more problems` };
      return more === 0 ? all : [...all, rest];
    },
    add(file, what, detail) {
      if (all.length < MAX_PROBLEMS) all.push({ file, what, detail });
      else more += 1;
    },
  };
}
