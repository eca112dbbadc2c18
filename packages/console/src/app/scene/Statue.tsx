import { useId } from 'react';
import { Curl } from './Curl.tsx';
import { Face } from './Face.tsx';
import type { Posture } from './posture.ts';

/** Curls around the head, clockwise from the left cheek: angle in degrees from the top, distance, radius. */
const MANE: readonly (readonly [number, number, number])[] = [
  [-138, 62, 17],
  [-112, 65, 18],
  [-86, 66, 17],
  [-62, 66, 17],
  [-38, 66, 16],
  [-13, 66, 15],
  [13, 66, 15],
  [38, 66, 16],
  [62, 66, 17],
  [86, 66, 17],
  [112, 65, 18],
  [138, 62, 17],
];

const BREAST: readonly (readonly [number, number, number])[] = [
  [82, 172, 13],
  [158, 172, 13],
  [101, 184, 14],
  [139, 184, 14],
  [120, 194, 14],
];

/** The left half; the right one is its mirror. */
const Half = ({ stone }: { readonly stone: string }) => (
  <>
    <path
      className="stone"
      fill={stone}
      d="M86 268C50 272 30 262 32 234C34 206 52 190 72 194C88 198 94 216 94 238Z"
    />
    <path className="line thin" d="M46 240C46 222 58 210 70 214M54 246C56 234 64 226 72 230" />
    <path
      className="stone"
      fill={stone}
      d="M78 172C76 202 82 226 80 246C68 248 62 258 64 268H114C116 256 112 248 111 240C114 220 117 204 119 186Z"
    />
    <path className="line thin" d="M76 268V258M88 268V256M101 268V257" />
  </>
);

interface StatueProps {
  /** 阿 has its mouth open, 吽 has it closed and bears the horn. */
  readonly form: 'a' | 'un';
  readonly posture: Posture;
}

/** One of the two guardians, drawn from the front on its plinth; 吽 sits left of the gate, 阿 right, as at a shrine. */
export const Statue = ({ form, posture }: StatueProps) => {
  const id = useId();
  const [stone, plinth] = [`url(#${id}s)`, `url(#${id}p)`];
  return (
    <svg className={`statue is-${posture}`} viewBox="0 0 240 330" aria-hidden="true" focusable="false">
      <defs>
        <linearGradient id={`${id}s`} gradientUnits="userSpaceOnUse" x1="70" y1="20" x2="170" y2="280">
          <stop offset="0" className="stone-light" />
          <stop offset="1" className="stone-dark" />
        </linearGradient>
        <linearGradient id={`${id}p`} x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" className="stone-mid" />
          <stop offset="1" className="stone-deep" />
        </linearGradient>
      </defs>

      <g className="aura">
        {[-75, -50, -25, 0, 25, 50, 75].map((turn) => (
          <path key={turn} d="M120 -14V-34" transform={`rotate(${turn} 120 100)`} />
        ))}
      </g>

      <ellipse cx="120" cy="325" rx="116" ry="5" className="shade" />
      <path className="stone" fill={plinth} d="M24 300H216L224 326H16Z" />
      <path className="stone" fill={plinth} d="M38 280H202V300H38Z" />
      <path
        className="stone"
        fill={plinth}
        d="M26 266H214C218 266 218 281 214 281H26C22 281 22 266 26 266Z"
      />
      <path
        className="line thin"
        d="M58 290C66 284 74 284 78 290C84 296 92 296 98 290C104 284 112 284 120 290C128 296 136 296 142 290C148 284 156 284 162 290C166 296 174 296 182 290"
      />

      <g transform={form === 'a' ? 'translate(240 0) scale(-1 1)' : undefined}>
        <path
          className="stone"
          fill={stone}
          d="M58 254C22 246 2 208 14 172C18 160 28 160 28 172C32 150 46 140 50 154C60 142 70 150 66 166C74 176 84 220 76 250Z"
        />
        <path
          className="line thin"
          d="M28 172C26 200 36 226 54 238M50 154C42 182 50 214 62 230M66 166C60 186 62 206 68 220"
        />
      </g>

      <path className="stone" fill={stone} d="M72 150C62 190 66 240 78 268H162C174 240 178 190 168 150Z" />
      <Half stone={stone} />
      <g transform="translate(240 0) scale(-1 1)">
        <Half stone={stone} />
      </g>
      {BREAST.map(([x, y, r]) => (
        <Curl key={x} x={x} y={y} r={r} turn={x < 120 ? 60 : 120} flip={x > 120} />
      ))}

      <g className="head">
        {MANE.map(([angle, distance, r]) => {
          const radians = (angle * Math.PI) / 180;
          const [x, y] = [120 + distance * Math.sin(radians), 100 - distance * Math.cos(radians)];
          return (
            <Curl
              key={angle}
              x={Number(x.toFixed(1))}
              y={Number(y.toFixed(1))}
              r={r}
              turn={angle + 90}
              flip={angle > 0}
            />
          );
        })}
        {form === 'un' && (
          <path className="stone" fill={stone} d="M111 46C112 26 116 8 126 -6C128 12 130 30 129 46Z" />
        )}
        <Face form={form} posture={posture} stone={stone} />
      </g>
    </svg>
  );
};
