import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { postJson } from '../api/client.ts';
import type { Accepted, ResumeAnswer, ShopView } from '../api/types.ts';
import { useSpeech } from '../i18n/index.ts';
import { PersonFields, Refusal, type Signature, useSignature } from './PersonFields.tsx';
import { useOrder } from './useOrder.ts';

/** What stands against a resumption unless the person takes it upon herself, in so many words. */
const objections = (shop: ShopView): readonly Accepted[] => [
  ...(shop.gate.state === 'halting' ? (['unproved-halt'] as const) : []),
  ...(shop.roots.some(({ altered }) => altered) ? (['altered-files'] as const) : []),
];

/** Opens the gate again, if a check made now is clean; else says why it stays shut. */
export const ResumeForm = ({ shop }: { readonly shop: ShopView }) => {
  const { say, tell } = useSpeech();
  const client = useQueryClient();
  const signature = useSignature();
  const [shown, setShown] = useState(false);
  const [accepted, setAccepted] = useState<readonly Accepted[]>([]);
  const resume = useOrder({
    send: (body: Signature & { readonly accept: readonly Accepted[] }) =>
      postJson<ResumeAnswer>(`/api/shops/${encodeURIComponent(shop.shop.id)}/resume`, body, [409]),
    onDone: () => client.refetchQueries({ queryKey: ['state'] }),
  });
  const { answer } = resume;
  const open = objections(shop);
  if (!shown) {
    return (
      <button type="button" className="button quiet" onClick={() => setShown(true)}>
        {say('resume.title')}…
      </button>
    );
  }
  return (
    <form
      className="resume"
      aria-labelledby="resume-title"
      onSubmit={(event) => {
        event.preventDefault();
        resume.give({ ...signature.sign(), accept: accepted.filter((what) => open.includes(what)) });
      }}
    >
      <h2 id="resume-title">{say('resume.title')}</h2>
      <p className="soft">{say('resume.lead')}</p>
      <PersonFields of={signature} hint={say('reason.resume.hint')} />
      {open.map((what) => (
        <label key={what} className="accept">
          <input
            type="checkbox"
            checked={accepted.includes(what)}
            onChange={(event) =>
              setAccepted(
                event.target.checked ? [...accepted, what] : accepted.filter((other) => other !== what),
              )
            }
          />
          <span>{say(`resume.accept.${what}`)}</span>
        </label>
      ))}
      {!resume.isPending && answer !== null && answer.kind !== 'resumed' && (
        <div className="refusal" role="alert">
          <strong>{say('resume.refused')}</strong> {tell(answer.reason)}
        </div>
      )}
      {answer?.kind === 'resumed' && <p role="status">{say('resume.done')}</p>}
      <Refusal error={resume.error} />
      <button type="submit" className="button ink" disabled={resume.isPending || answer?.kind === 'resumed'}>
        {say(resume.isPending ? 'resume.going' : 'resume.go')}
      </button>
    </form>
  );
};
