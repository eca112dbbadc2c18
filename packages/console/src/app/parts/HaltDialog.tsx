import type { IncidentId, ShopId } from '@komainu/model';
import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { postJson } from '../api/client.ts';
import { useSpeech } from '../i18n/index.ts';
import { PersonFields, Refusal, type Signature, useSignature } from './PersonFields.tsx';
import { useOrder } from './useOrder.ts';

/** The one button. The dialog asks who and why; the order is sent once. */
export const HaltButton = ({ shop }: { readonly shop: ShopId }) => {
  const { say } = useSpeech();
  const client = useQueryClient();
  const dialog = useRef<HTMLDialogElement>(null);
  const signature = useSignature();
  const halt = useOrder({
    final: true,
    send: (signed: Signature) =>
      postJson<{ incident: IncidentId }>(`/api/shops/${encodeURIComponent(shop)}/halt`, signed),
    onDone: async () => {
      dialog.current?.close();
      await client.refetchQueries({ queryKey: ['state'] });
    },
  });
  const ordered = halt.isPending || halt.isSuccess;
  return (
    <>
      <button
        type="button"
        className="button halt"
        disabled={ordered}
        onClick={() => dialog.current?.showModal()}
      >
        {say(ordered ? 'halt.going' : 'halt.button')}
      </button>
      <dialog ref={dialog} className="dialog" aria-labelledby="halt-title">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            halt.give(signature.sign());
          }}
        >
          <h2 id="halt-title">{say('halt.title')}</h2>
          <p className="soft">{say('halt.lead')}</p>
          <PersonFields of={signature} hint={say('reason.halt.hint')} />
          <Refusal error={halt.error} />
          <div className="dialog-end">
            <button type="button" className="button quiet" onClick={() => dialog.current?.close()}>
              {say('cancel')}
            </button>
            <button type="submit" className="button halt" disabled={ordered}>
              {say(ordered ? 'halt.going' : 'halt.go')}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
};
