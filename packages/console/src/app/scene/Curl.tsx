interface CurlProps {
  readonly x: number;
  readonly y: number;
  readonly r: number;
  /** Degrees; where the curl begins. */
  readonly turn?: number;
  /** Winds the other way. */
  readonly flip?: boolean;
}

/** One curl of a komainu's mane: a disc and a spiral of half circles. */
export const Curl = ({ x, y, r, turn = 0, flip = false }: CurlProps) => {
  const at = (part: number): number => Number((r * part).toFixed(2));
  const arc = (radius: number, to: number): string => `A${at(radius)} ${at(radius)} 0 0 1 ${at(to)} 0`;
  return (
    <g transform={`translate(${x} ${y}) rotate(${turn})${flip ? ' scale(-1 1)' : ''}`}>
      <circle r={r} className="curl" />
      <path
        d={`M${at(1)} 0${arc(0.8, -0.6)}${arc(0.54, 0.48)}${arc(0.32, -0.16)}${arc(0.14, 0.1)}`}
        className="line"
      />
    </g>
  );
};
