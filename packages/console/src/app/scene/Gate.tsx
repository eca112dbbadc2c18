import type { GateState } from '@komainu/model';
import { useId } from 'react';

const Leaf = ({ wood }: { readonly wood: string }) => (
  <>
    <path className="wood" fill={wood} d="M118 140H210V318H118Z" />
    <path className="line thin" d="M141 140V318M164 140V318M187 140V318" />
    <path className="iron" d="M118 166H210V174H118ZM118 282H210V290H118Z" />
    {[130, 152, 176, 198].map((x) => (
      <g key={x}>
        <circle className="stud" cx={x} cy={170} r="2.6" />
        <circle className="stud" cx={x} cy={286} r="2.6" />
      </g>
    ))}
  </>
);

/** A strip of folded paper, hung from the sacred rope. */
const Shide = ({ x, y }: { readonly x: number; readonly y: number }) => (
  <path
    className="paper"
    transform={`translate(${x} ${y})`}
    d="M0 0H10L7 12H13L9 25H15L6 42L8 29H2L5 16H-1Z"
  />
);

/** The gate: a stone torii whose doors stand open, close, are barred and sealed with 止 ("stop"), or open again. */
export const Gate = ({ state }: { readonly state: GateState }) => {
  const id = useId();
  const [stone, wood, path] = [`url(#${id}s)`, `url(#${id}w)`, `url(#${id}p)`];
  return (
    <svg className={`gate is-${state}`} viewBox="0 0 420 330" aria-hidden="true" focusable="false">
      <defs>
        <linearGradient id={`${id}s`} gradientUnits="userSpaceOnUse" x1="60" y1="20" x2="360" y2="330">
          <stop offset="0" className="stone-light" />
          <stop offset="1" className="stone-dark" />
        </linearGradient>
        <linearGradient id={`${id}w`} x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" className="wood-light" />
          <stop offset="1" className="wood-dark" />
        </linearGradient>
        <linearGradient id={`${id}p`} x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" className="path-far" />
          <stop offset="1" className="path-near" />
        </linearGradient>
        <clipPath id={`${id}c`}>
          <path d="M118 132H302V320H118Z" />
        </clipPath>
      </defs>

      <circle className="sun" cx="210" cy="150" r="118" />
      <ellipse cx="210" cy="324" rx="204" ry="5" className="shade" />

      <g clipPath={`url(#${id}c)`}>
        <path className="yard" d="M118 132H302V320H118Z" />
        <path className="hill" d="M100 236C140 206 176 214 204 232C232 212 276 208 320 238V262H100Z" />
        <path className="ground" d="M100 254H320V330H100Z" />
        <path fill={path} d="M198 254H222L282 322H138Z" />
        <path className="line faint" d="M192 262H228M184 272H236M172 286H248M156 304H264" />
        <g className="leaf left">
          <Leaf wood={wood} />
        </g>
        <g transform="translate(420 0) scale(-1 1)">
          <g className="leaf left">
            <Leaf wood={wood} />
          </g>
        </g>
      </g>

      <g className="bar">
        <path className="beam" d="M112 222H308V242H112Z" />
        <path className="iron" d="M136 214H150V250H136ZM270 214H284V250H270Z" />
      </g>

      <path className="stone" fill={stone} d="M88 326L97 70H121L118 326Z" />
      <path className="stone" fill={stone} d="M332 326L323 70H299L302 326Z" />
      <path className="stone" fill={stone} d="M80 306H126V327H80ZM294 306H340V327H294Z" />
      <path className="stone" fill={stone} d="M62 104H358V122H62Z" />
      <path className="stone" fill={stone} d="M44 58C130 72 290 72 376 58L370 80C290 88 130 88 50 80Z" />
      <path className="stone roof" d="M26 34C120 58 300 58 394 34L388 56C300 74 120 74 32 56Z" />

      <g className="rope">
        <path className="strand" d="M112 128C150 156 270 156 308 128" />
        <path className="twist" d="M112 128C150 156 270 156 308 128" />
      </g>
      <Shide x={142} y={143} />
      <Shide x={180} y={150} />
      <Shide x={230} y={150} />
      <Shide x={268} y={143} />

      <g className="plaque">
        <path className="stone" fill={stone} d="M178 70H242V118H178Z" />
        <rect className="card" x="188" y="80" width="44" height="28" rx="4" />
        <path className="stripe" d="M188 87H232V94H188Z" />
        <path className="digits" d="M193 102H205M209 102H217" />
        <path className="strike" d="M184 114L236 74" />
      </g>

      <g className="seal">
        <g transform="rotate(-3 210 232)">
          <rect className="slip" x="184" y="186" width="52" height="96" rx="1.5" />
          <path className="edge" d="M189 191H231V277H189Z" />
          {/* 止, drawn: no font of the reader's decides how the seal looks. */}
          <path className="stroke" d="M211 208V258M211 230H227M197 224V258M191 259H230" />
        </g>
      </g>
    </svg>
  );
};
