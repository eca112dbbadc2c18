import {
  type Artifact,
  type CardField,
  type Instant,
  instant,
  type ObservedCardField,
  text,
} from '@komainu/model';
import { failure } from '../failures.ts';
import { LIMITS } from '../limits.ts';
import type { Frame, FrameTree } from '../observe/frame-tree.ts';
import type { Target } from '../observe/target.ts';
import type { SeenField } from '../page/eyes.ts';
import type { Seen, Sight } from '../page/sight.ts';
import { placed, reachable, type View } from '../page/view.ts';
import { Gaps, observed, type Witness } from './witness.ts';

export interface CardFieldsWitness extends Witness<'cardFields'> {
  /** Adds the fields a person could type into now; gives them, topmost frames first. */
  see(view: View, page: Target): Promise<readonly Reachable[]>;
  /** A value of the card was typed and this is what had the keyboard. */
  typed(field: CardField, seen: Seen): Promise<void>;
  readonly gaps: Gaps;
  /** Whether any value was typed yet. */
  anyTyped(): boolean;
}
export interface Reachable {
  readonly field: CardField;
  readonly described: SeenField;
  readonly seen: Seen;
}

/** Where a person would type a card: a covered field is not one, the field that covers it is. */
export function cardFieldsWitness(sight: Sight, frames: FrameTree): CardFieldsWitness {
  const gaps = new Gaps();
  const fields = new Map<string, ObservedCardField>();

  const add = async (
    frame: Frame,
    field: CardField,
    described: SeenField,
    typedAt: Instant | null,
  ): Promise<void> => {
    const placement = await sight.placement(frame).catch(() => null);
    const key = `${field} ${frame.url} ${described.selector}`;
    if (!fields.has(key) && fields.size >= LIMITS.cardFields) {
      gaps.limit({ en: 'card fields', ja: 'カード入力欄' }, LIMITS.cardFields, frame.url);
      return;
    }
    fields.set(key, {
      field,
      frameUrl: frame.url,
      origin: frame.origin,
      selector: described.selector,
      rect: placement && placed(described.rect, placement),
      typedAt: typedAt ?? fields.get(key)?.typedAt ?? null,
    });
  };

  const see: CardFieldsWitness['see'] = async (view, page) => {
    const found: Reachable[] = [];
    for (const gap of view.gaps.fields) gaps.add(gap);
    for (const { frame, placement, forms } of view.frames) {
      if (!placement?.visible) continue;
      for (const described of forms.flatMap((form) => form.fields)) {
        if (described.card === null || !described.visible) continue;
        const main = frames.main(page);
        const seen = main && (await sight.point(frame, 'kept', described.index).catch(() => null));
        if (!main || !seen) continue;
        if (!(await reachable(sight, main, seen).catch(() => false))) continue;
        found.push({ field: described.card, described, seen });
        await add(
          frame,
          described.card,
          (await sight.of(seen, 'describe').catch(() => null)) ?? described,
          null,
        );
      }
    }
    return found;
  };
  const typed: CardFieldsWitness['typed'] = async (field, seen) => {
    const described = await sight.of(seen, 'describe').catch(() => null);
    if (described) await add(frames.get(seen.frame.id) ?? seen.frame, field, described, instant());
    else
      gaps.add(
        failure(
          'target-lost',
          text(
            'The field a card value was typed into went away while it was typed into.',
            'カード情報の入力中に、入力欄が消えました。',
          ),
          { url: seen.frame.url },
        ),
      );
  };
  const finish = (): Promise<Artifact<readonly ObservedCardField[]>> =>
    Promise.resolve(observed([...fields.values()], gaps.list()));
  const anyTyped = (): boolean => [...fields.values()].some((field) => field.typedAt !== null);
  return { name: 'cardFields', attach: () => [], see, typed, gaps, anyTyped, finish };
}
