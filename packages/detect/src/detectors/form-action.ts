import { type ObservedForm, text } from '@komainu/model';
import { documentOf, originOf } from '../address.ts';
import { defineDetector, type Draft } from '../define.ts';
import { shown } from '../show.ts';

/** A form that goes nowhere (`javascript:`, `about:`) is the business of scripts. */
export const actionOf = (form: ObservedForm): { readonly document: string; readonly action: string } => ({
  document: documentOf(form.frameUrl),
  action: documentOf(form.action === '' ? form.frameUrl : form.action),
});

export const formAction = defineDetector({
  id: 'form-action',
  title: text('Form that points elsewhere', 'フォームの送信先の変化'),
  why: text(
    'The oldest trick needs no script: the form on the page is made to send its fields to another address.',
    '最も古い手口にはスクリプトも要りません。ページ上のフォームの送信先を、別のアドレスに書き換えるだけです。',
  ),
  requires: ['forms'],
  detect({ forms }, { baseline }) {
    if (baseline === null) return [];
    const origins = new Set(baseline.forms.map(({ action }) => originOf(action)));
    return forms.flatMap((form, index) => {
      const { document, action } = actionOf(form);
      if (baseline.forms.some((one) => one.document === document && one.action === action)) return [];
      return [elsewhere(form, index, document, action, origins.has(originOf(action)))];
    });
  },
});

function elsewhere(
  form: ObservedForm,
  index: number,
  document: string,
  action: string,
  known: boolean,
): Draft {
  const card = form.fields.some((field) => field.card !== null);
  const tampered = card && !known;
  return {
    subject: `${document} -> ${action}`,
    grade: tampered ? 'tampered' : 'changed',
    severity: tampered ? 'critical' : known ? 'medium' : 'high',
    title: card
      ? text(
          `A form with card fields sends to ${shown(action)}, which nobody has approved.`,
          `カード入力欄のあるフォームの送信先が、承認されていない ${shown(action)} になっています。`,
        )
      : text(
          `A form sends to ${shown(action)}, which nobody has approved.`,
          `フォームの送信先が、承認されていない ${shown(action)} になっています。`,
        ),
    detail: text(
      `The form stands in ${shown(document, 120)} and has ${form.fields.length} fields. ${tampered ? 'What customers type would go to a stranger: stop card payments and restore the page.' : 'If you changed the form, approve it; if not, restore the page.'}`,
      `フォームは ${shown(document, 120)} にあり、入力項目は${form.fields.length}個です。${tampered ? '利用者の入力内容が第三者に渡るおそれがあります。カード決済を停止し、ページを元に戻してください。' : '自社でフォームを変更した場合は承認してください。そうでない場合は、ページを元に戻してください。'}`,
    ),
    references: [
      { label: form.action, blob: null, pointer: `/artifacts/forms/value/${index}`, role: 'form' },
    ],
  };
}
