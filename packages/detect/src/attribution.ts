import type { ApprovedScript, CardField, ObservedScript, ScriptAct } from '@komainu/model';
import { originOf, scriptPlace } from './address.ts';
import type { Context, Visited } from './define.ts';
import { placeOfScript, sameShape } from './detectors/unapproved-script.ts';

/** One act, and where it stands. */
export interface Witnessed {
  readonly visited: Visited;
  readonly act: ScriptAct;
  readonly pointer: string;
  /** False where another script of the stack, nearer to the act, did it with leave: this one only called it. */
  readonly own: boolean;
}

/** A script that had to do with typed values, over all visits. */
export interface Actor {
  /** As a baseline names it. */
  readonly place: string;
  readonly standing: 'approved' | 'changed' | 'unapproved';
  /** Fields it may read. */
  readonly may: ReadonlySet<CardField>;
  readonly acts: readonly Witnessed[];
}

const valueOf = <T>(
  artifact:
    | { readonly kind: 'observed'; readonly value: readonly T[] }
    | { readonly kind: 'failed' }
    | undefined,
): readonly T[] => (artifact?.kind === 'observed' ? artifact.value : []);

/** The scripts of a stack, innermost first, each once. */
export const placesIn = (stack: ScriptAct['stack'], frameUrl: string): readonly string[] => [
  ...new Set(
    stack.filter(({ url }) => url !== '').map(({ url }) => scriptPlace(own(url, frameUrl), frameUrl)),
  ),
];

/** Inline code stands in a stack under the address of its document. */
const own = (url: string, frameUrl: string): string | null => (bare(url) === bare(frameUrl) ? null : url);
const bare = (url: string): string => url.replace(/[?#].*$/s, '');

/** The detectors of one check ask for the same actors. */
const memory = new WeakMap<
  readonly Visited[],
  { readonly baseline: Context['baseline']; readonly found: readonly Actor[] }
>();

/** Every script that was seen near a typed value. A frame of the provider's own is left out: reading there is its job. */
export function actorsIn(visits: readonly Visited[], context: Context): readonly Actor[] {
  const known = memory.get(visits);
  if (known?.baseline === context.baseline) return known.found;
  const found = actorsOf(visits, context);
  memory.set(visits, { baseline: context.baseline, found });
  return found;
}

function actorsOf(visits: readonly Visited[], context: Context): readonly Actor[] {
  const standings = standingsIn(visits, context);
  const actors = new Map<string, Witnessed[]>();
  const placesOf = remembered(placesIn);
  const providers = new Set(context.baseline?.cardFields.map(({ origin }) => origin));
  for (const visited of visits) {
    const page = originOf(visited.recording.visit.url);
    for (const [index, act] of valueOf(visited.recording.artifacts.acts).entries()) {
      const origin = originOf(act.frameUrl);
      if (origin !== page && providers.has(origin)) continue;
      let own = true;
      for (const place of placesOf(act.stack, act.frameUrl)) {
        const seen = { visited, act, pointer: `/artifacts/acts/value/${index}`, own };
        const known = actors.get(place);
        if (known === undefined) actors.set(place, [seen]);
        else known.push(seen);
        const { standing, may } = standings(place);
        // A library that anyone may call is no excuse for who called it.
        if (standing === 'approved' && act.fields.some((field) => may.has(field))) own = false;
      }
    }
  }
  return [...actors].map(([place, acts]) => ({ place, ...standings(place), acts }));
}

/** The same few stacks come again and again. */
function remembered(places: typeof placesIn): typeof placesIn {
  const known = new Map<string, readonly string[]>();
  return (stack, frameUrl) => {
    const key = JSON.stringify([frameUrl, ...stack.map(({ url }) => url)]);
    const found = known.get(key) ?? places(stack, frameUrl);
    known.set(key, found);
    return found;
  };
}

/** How a script stands to the baseline, judged by all its bodies that were seen. */
export function standingsIn(
  visits: readonly Visited[],
  context: Context,
): (place: string) => Pick<Actor, 'standing' | 'may'> {
  const bodies = new Map<string, ObservedScript[]>();
  for (const { recording } of visits)
    for (const script of valueOf(recording.artifacts.scripts)) {
      const place = placeOfScript(script);
      const known = bodies.get(place);
      if (known === undefined) bodies.set(place, [script]);
      else known.push(script);
    }
  const approved = new Map(context.baseline?.scripts.map((script) => [script.where, script]));
  const memo = new Map<string, Pick<Actor, 'standing' | 'may'>>();
  return (place) => {
    const known = memo.get(place);
    if (known !== undefined) return known;
    const entry = approved.get(place);
    const fits = (script: ObservedScript): boolean =>
      entry !== undefined && isAsApproved(script, entry, context);
    const standing =
      entry === undefined ? 'unapproved' : (bodies.get(place) ?? []).every(fits) ? 'approved' : 'changed';
    const found = { standing, may: mayRead(entry) } as const;
    memo.set(place, found);
    return found;
  };
}

/** Whoever may read the number may read what is no secret without it. */
function mayRead(entry: ApprovedScript | undefined): ReadonlySet<CardField> {
  const may = new Set(entry?.reads);
  return may.has('number') ? may.add('expiry').add('holder') : may;
}

const isAsApproved = (script: ObservedScript, entry: ApprovedScript, context: Context): boolean =>
  entry.hashes.length === 0 || entry.hashes.includes(script.body) || sameShape(script, entry.shape, context);
