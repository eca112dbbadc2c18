import type { Artifact, ObservedForm } from '@komainu/model';
import { LIMITS } from '../limits.ts';
import type { View } from '../page/view.ts';
import { Gaps, observed, type Witness } from './witness.ts';

export interface FormsWitness extends Witness<'forms'> {
  see(view: View): void;
}

/** Every form of every frame, and the fields that stand outside of any (action ``). Values are never read. */
export function formsWitness(): FormsWitness {
  const gaps = new Gaps();
  const seen = new Map<string, ObservedForm>();

  const see = (view: View): void => {
    for (const gap of view.gaps.fields) gaps.add(gap);
    for (const { frame, forms } of view.frames)
      for (const form of forms) {
        if (form.action === '' && form.fields.length === 0) continue;
        if (seen.size >= LIMITS.forms) {
          gaps.limit({ en: 'forms', ja: 'フォーム' }, LIMITS.forms, frame.url);
          return;
        }
        if (form.fields.length > LIMITS.fieldsPerForm)
          gaps.limit(
            { en: 'fields in one form', ja: '一つのフォームの入力欄' },
            LIMITS.fieldsPerForm,
            frame.url,
          );
        const fields = form.fields.slice(0, LIMITS.fieldsPerForm);
        const names = fields.map((field) => `${field.name}:${field.type}:${field.label}`).join(',');
        seen.set(`${frame.url}\n${form.action}\n${form.method}\n${names}`, {
          frameUrl: frame.url,
          action: form.action,
          method: form.method,
          fields: fields.map(({ name, type, autocomplete, label, visible, card }) => ({
            name,
            type,
            autocomplete,
            label,
            visible,
            card,
          })),
        });
      }
  };
  const finish = (): Promise<Artifact<readonly ObservedForm[]>> =>
    Promise.resolve(observed([...seen.values()], gaps.list()));
  return { name: 'forms', attach: () => [], see, finish };
}
