import { text } from '@komainu/model';
import { defineDetector, type Evidence } from '../define.ts';
import { stopOf } from '../halted.ts';
import { shown } from '../show.ts';

/**
 * While card payments are halted a journey ends where the card would be chosen: on the payment page, at the step that
 * chooses it, which finds nothing. All of the page up to there was seen, and that is all there is to see.
 */
const haltedHere = ({ visit, walk }: Pick<Evidence, 'visit' | 'walk'>): boolean =>
  visit.purpose === 'proof' &&
  walk.failure?.code === 'step-not-found' &&
  walk.ended &&
  stopOf(visit, walk.steps, walk.failure) !== 'before';

export const journeyBroken = defineDetector({
  id: 'journey-broken',
  title: text('Journey not walked to its end', '手順の中断'),
  why: text(
    'A visit that stopped on the way has checked nothing of what comes after.',
    '途中で止まった訪問は、その先を何も検査していません。',
  ),
  requires: ['visit', 'walk'],
  detect({ visit, walk }) {
    const { failure } = walk;
    if (failure === null || haltedHere({ visit, walk })) return [];
    const { code, step, message, detail, url } = failure;
    return [
      {
        subject: step === undefined ? code : `${code}:step-${step + 1}`,
        grade: 'unobserved',
        // The cause before its consequences: what could not be observed because of it.
        severity: 'critical',
        title: text(
          `The visit stopped. ${shown(message.en, 300)}`,
          `訪問が途中で止まりました。${shown(message.ja, 300)}`,
        ),
        detail: text(
          `${shown(message.en, 400)}${detail === undefined ? '' : ` (${shown(detail, 160)})`} What comes after it was not checked.`,
          `${shown(message.ja, 400)}${detail === undefined ? '' : `（${shown(detail, 160)}）`}これより後の部分は検査できていません。`,
        ),
        references: [
          { label: url ?? visit.url, blob: visit.journey.blob, pointer: '/failure', role: 'step' },
        ],
      },
    ];
  },
});
