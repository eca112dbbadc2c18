import { useState } from 'react';
import type { Snapshot } from '../api/types.ts';
import { useSpeech } from '../i18n/index.ts';
import { visibleText } from '../pure/visible.ts';

const Copy = ({ text, label }: { readonly text: string; readonly label: string }) => {
  const { say } = useSpeech();
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      setTimeout(() => setCopied(false), 2000);
    } catch {
      // Not on a secure origin, or refused: the text is there to be selected.
    }
  };
  return (
    <div className="copyable">
      <code>{visibleText(text)}</code>
      <button
        type="button"
        className="button small"
        aria-label={`${say('copy')}: ${label}`}
        onClick={() => void copy()}
      >
        <span aria-live="polite">{say(copied ? 'copied' : 'copy')}</span>
      </button>
    </div>
  );
};

/** A shell takes what stands in single quotes as it is. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** How big the ledger is, and how anyone verifies it. */
export const Evidence = ({ snapshot }: { readonly snapshot: Snapshot }) => {
  const { say } = useSpeech();
  const { origin, size, vkey } = snapshot.ledger;
  return (
    <section className="panel evidence" aria-labelledby="evidence-heading">
      <div className="evidence-words">
        <h2 id="evidence-heading">{say('evidence.title')}</h2>
        <p className="ledger-size">{say('evidence.size', { count: size })}</p>
        <p className="soft">{say('evidence.lead')}</p>
        <a className="button ink" href="/api/evidence/bundle" download>
          {say('evidence.download')}
        </a>
      </div>
      <div className="evidence-facts">
        <h3>{say('evidence.verify')}</h3>
        <Copy
          text={`komainu evidence verify bundle.tar --key ${quoted(vkey)}`}
          label={say('evidence.verify')}
        />
        <h3>{say('evidence.key')}</h3>
        <Copy text={vkey} label={say('evidence.key')} />
        <p className="soft">
          {say('evidence.keyhint')} {say('evidence.ledger')}: <code>{visibleText(origin)}</code>
        </p>
      </div>
    </section>
  );
};
