import type { ShopId } from '@komainu/model';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { postJson } from '../api/client.ts';
import type { ResumeAnswer } from '../api/types.ts';
import { useSpeech } from '../i18n/index.ts';
import { PersonFields, Refusal, type Signature, useSignature } from './PersonFields.tsx';

/** Opens the gate again, if a check made now is clean; else says why it stays shut. */
export const ResumeForm = ({ shop }: { readonly shop: ShopId }) => {
  const { say, tell } = useSpeech();
  const client = useQueryClient();
  const signature = useSignature();
  const [shown, setShown] = useState(false);
  const resume = useMutation({
    mutationFn: (signed: Signature) =>
      postJson<ResumeAnswer>(`/api/shops/${encodeURIComponent(shop)}/resume`, signed, [409]),
    onSettled: () => client.refetchQueries({ queryKey: ['state'] }),
  });
  const answer = resume.data ?? null;
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
        resume.mutate(signature.sign());
      }}
    >
      <h2 id="resume-title">{say('resume.title')}</h2>
      <p className="soft">{say('resume.lead')}</p>
      <PersonFields of={signature} hint={say('reason.resume.hint')} />
      {!resume.isPending && answer?.kind === 'refused' && (
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
