import { blobAddress } from '../api/client.ts';
import { useSpeech } from '../i18n/index.ts';
import { makeVisible } from '../pure/visible.ts';

/** What a stranger wrote: shown as it is, set apart from the direction of the text around it, hidden characters named. */
export const Bdi = ({ text }: { readonly text: string }) => (
  <bdi>
    {makeVisible(text).map((piece, at) =>
      piece.kind === 'hidden' ? (
        <span key={at} className="hidden-character">
          {piece.text}
        </span>
      ) : (
        piece.text
      ),
    )}
  </bdi>
);

/** An address, a path: never a link. */
export const Mono = ({ text }: { readonly text: string }) => (
  <code className="mono">
    <Bdi text={text} />
  </code>
);

/** To the bytes in our own evidence store; made of the hash alone. */
export const BytesLink = ({ blob, label }: { readonly blob: string; readonly label: string }) => {
  const { say } = useSpeech();
  const address = blobAddress(blob);
  if (address === null) return null;
  return (
    <a className="bytes" href={address} download={`${blob.slice(7, 23)}.bin`} title={blob}>
      {label === '' ? say('finding.bytes') : label}
      <span aria-hidden="true"> ↓</span>
    </a>
  );
};
