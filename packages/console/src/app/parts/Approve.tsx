import type { CheckId, Finding, PageId, ShopId } from '@komainu/model';
import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { postJson } from '../api/client.ts';
import { useSpeech } from '../i18n/index.ts';
import { FindingItem } from './FindingItem.tsx';
import { PersonFields, Refusal, type Signature, useSignature } from './PersonFields.tsx';
import { useOrder } from './useOrder.ts';

interface ApproveProps {
  readonly shop: ShopId;
  readonly page: PageId;
  readonly check: CheckId;
}

/** A named person says that what a check saw belongs there. */
export const Approve = ({ shop, page, check }: ApproveProps) => {
  const { say } = useSpeech();
  const client = useQueryClient();
  const dialog = useRef<HTMLDialogElement>(null);
  const signature = useSignature();
  const approve = useOrder({
    final: true,
    send: ({ person, reason }: Signature) =>
      postJson<{ readonly warnings: readonly Finding[] }>(
        `/api/shops/${encodeURIComponent(shop)}/pages/${encodeURIComponent(page)}/baseline`,
        { person, check, justification: reason },
      ),
    onDone: async (answer) => {
      if (answer.warnings.length === 0) dialog.current?.close();
      await client.refetchQueries({ queryKey: ['state'] });
    },
  });
  const warnings = approve.answer?.warnings ?? [];
  if (approve.isSuccess && warnings.length === 0) return <p role="status">{say('baseline.done')}</p>;
  return (
    <>
      <button type="button" className="button small" onClick={() => dialog.current?.showModal()}>
        {say('baseline.open')}…
      </button>
      <dialog ref={dialog} className="dialog is-calm" aria-labelledby={`approve-${page}`}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            approve.give(signature.sign());
          }}
        >
          <h2 id={`approve-${page}`}>{say('baseline.title')}</h2>
          <p className="soft">{say('baseline.lead')}</p>
          <PersonFields of={signature} hint={say('baseline.hint')} />
          <Refusal error={approve.error} />
          {warnings.length > 0 && (
            <div role="status">
              <p>
                {say('baseline.done')} {say('baseline.warnings')}
              </p>
              <ul className="findings">
                {warnings.map((finding) => (
                  <FindingItem key={finding.key} finding={finding} />
                ))}
              </ul>
            </div>
          )}
          <div className="dialog-end">
            <button type="button" className="button quiet" onClick={() => dialog.current?.close()}>
              {say(approve.isSuccess ? 'close' : 'cancel')}
            </button>
            {!approve.isSuccess && (
              <button type="submit" className="button ink" disabled={approve.isPending}>
                {say('baseline.go')}
              </button>
            )}
          </div>
        </form>
      </dialog>
    </>
  );
};
