import { useState } from 'react';
import { ApiError } from '../api/client.ts';
import { useSpeech } from '../i18n/index.ts';

const REMEMBERED = 'komainu.person';

const remembered = (): string => {
  try {
    return localStorage.getItem(REMEMBERED) ?? '';
  } catch {
    return '';
  }
};

export interface Signature {
  readonly person: string;
  readonly reason: string;
}

/** Name and reason, which the ledger keeps; the name is remembered on this machine. */
export const useSignature = () => {
  const [person, setPerson] = useState(remembered);
  const [reason, setReason] = useState('');
  const sign = (): Signature => {
    try {
      localStorage.setItem(REMEMBERED, person.trim());
    } catch {
      // Storage is closed to us: the name is typed again next time.
    }
    return { person: person.trim(), reason: reason.trim() };
  };
  return { person, setPerson, reason, setReason, sign };
};

interface FieldsProps {
  readonly of: ReturnType<typeof useSignature>;
  readonly hint: string;
}

export const PersonFields = ({ of, hint }: FieldsProps) => {
  const { say } = useSpeech();
  return (
    <>
      <label className="field">
        <span>{say('person')}</span>
        <input
          name="person"
          autoComplete="name"
          required
          maxLength={200}
          pattern=".*\S.*"
          value={of.person}
          onChange={(event) => of.setPerson(event.target.value)}
        />
      </label>
      <label className="field">
        <span>{say('reason')}</span>
        <textarea
          name="reason"
          required
          maxLength={2000}
          rows={2}
          placeholder={hint}
          value={of.reason}
          onChange={(event) => of.setReason(event.target.value)}
        />
      </label>
    </>
  );
};

/** Why a press came to nothing, in the server's words where it had any. */
export const Refusal = ({ error }: { readonly error: Error | null }) => {
  const { say, language } = useSpeech();
  if (error === null) return null;
  const known = error instanceof ApiError ? error : new ApiError(0, null, error);
  const own = known.status === 0 ? say('error.unreachable') : say('error.other', { status: known.status });
  return (
    <p className="refusal" role="alert">
      {known.inLanguage(language) ?? own}
    </p>
  );
};
