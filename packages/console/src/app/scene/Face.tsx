import { Curl } from './Curl.tsx';
import type { Posture } from './posture.ts';

const Eye = ({ posture }: { readonly posture: Posture }) => {
  if (posture === 'silent') {
    return <path className="line" d="M80 92C86 99 98 99 104 93" />;
  }
  const wide = posture === 'alert';
  const shape = wide
    ? 'M77 88C80 74 100 72 106 90C100 102 82 103 77 88Z'
    : 'M78 90C84 80 99 79 106 91C99 100 84 101 78 90Z';
  return (
    <>
      <path className="eye" d={shape} />
      {posture !== 'unknown' && (
        <circle className="iris" cx={wide ? 93 : 95} cy={wide ? 88 : 90} r={wide ? 7 : 6.2} />
      )}
      {posture !== 'unknown' && (
        <circle className="pupil" cx={wide ? 93 : 95} cy={wide ? 88 : 90} r={wide ? 3 : 3.2} />
      )}
      <path className="line" d={shape} />
      {posture === 'calm' && <path className="lid" d="M77 90C83 79 100 78 107 91C97 85 86 85 77 90Z" />}
    </>
  );
};

const Brow = ({ posture }: { readonly posture: Posture }) => (
  <g transform={posture === 'alert' ? 'rotate(14 92 70) translate(0 -3)' : undefined}>
    <path className="stone brow" d="M110 82C106 66 88 60 72 72C66 77 68 86 75 84C86 76 98 78 110 82Z" />
  </g>
);

const Side = ({ posture, stone }: { readonly posture: Posture; readonly stone: string }) => (
  <>
    <path className="stone" fill={stone} d="M74 66C56 58 44 66 40 86C54 92 68 90 76 82Z" />
    <path className="line thin" d="M68 74C60 72 54 76 50 82" />
    <Eye posture={posture} />
    <Brow posture={posture} />
  </>
);

/** 阿, the first sound: the mouth stands open. */
const Open = () => (
  <>
    <path
      className="mouth"
      d="M82 128C94 121 108 124 120 124C132 124 146 121 158 128C160 152 144 172 120 172C96 172 80 152 82 128Z"
    />
    <path
      className="tongue"
      d="M98 160C102 146 112 150 120 152C128 150 138 146 142 160C136 169 128 171 120 171C112 171 104 169 98 160Z"
    />
    <path className="tooth" d="M88 126L95 143L102 125ZM138 125L145 143L152 126Z" />
    <path
      className="tooth"
      d="M103 125H111V132H103ZM112 125H119.500V133H112ZM120.500 125H128V133H120.500ZM129 125H137V132H129Z"
    />
    <path className="tooth" d="M95 164L99 152L105 167ZM145 164L141 152L135 167Z" />
    <path
      className="line"
      d="M82 128C94 121 108 124 120 124C132 124 146 121 158 128C160 152 144 172 120 172C96 172 80 152 82 128Z"
    />
  </>
);

/** 吽, the last: the mouth is shut, the fangs outside. */
const Closed = () => (
  <>
    <path className="line heavy" d="M80 138C92 148 108 144 120 134C132 144 148 148 160 138" />
    <path className="tooth" d="M92 144L97 157L103 144ZM137 144L143 157L148 144Z" />
    <path className="line thin" d="M104 158C112 163 128 163 136 158" />
  </>
);

/** The face of a guardian: its mouth says which one it is, its eyes and brows what it sees. */
export const Face = ({
  form,
  posture,
  stone,
}: {
  readonly form: 'a' | 'un';
  readonly posture: Posture;
  readonly stone: string;
}) => (
  <>
    <path
      className="stone"
      fill={stone}
      d="M120 44C150 44 172 62 172 94C176 106 174 118 168 130C166 156 146 176 120 176C94 176 74 156 72 130C66 118 64 106 68 94C68 62 90 44 120 44Z"
    />
    <Curl x={120} y={58} r={9} turn={90} />
    <Side posture={posture} stone={stone} />
    <g transform="translate(240 0) scale(-1 1)">
      <Side posture={posture} stone={stone} />
    </g>
    {form === 'a' ? <Open /> : <Closed />}
    <path
      className="stone"
      fill={stone}
      d="M101 110C100 96 112 92 120 92C128 92 140 96 139 110C141 121 130 124 120 120C110 124 99 121 101 110Z"
    />
    <path
      className="nostril"
      d="M105 112C106 107 112 107 114 112C112 116 107 116 105 112ZM126 112C128 107 134 107 135 112C133 116 128 116 126 112Z"
    />
    <path className="line thin" d="M76 120C80 124 86 124 92 120M164 120C160 124 154 124 148 120" />
    {form === 'un' && (
      <>
        <Curl x={104} y={173} r={9} turn={200} />
        <Curl x={136} y={173} r={9} turn={-20} flip />
        <Curl x={120} y={178} r={9} turn={90} />
      </>
    )}
  </>
);
