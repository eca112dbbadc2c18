/**
 * Other numbers of the same issuer, the same for the same number and seed. What is found by a likeness and not by its value is
 * looked for under these too: a text in which a number that was never typed is "found" says nothing of the one that was.
 */
export function decoysOf(number: string, seed: number, count: number): readonly string[] {
  let state = seed;
  const digit = (): string => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return String(Math.floor((state / 4_294_967_296) * 10));
  };
  return Array.from({ length: count }, () => {
    const body = number.slice(0, 6) + Array.from({ length: number.length - 7 }, digit).join('');
    return body + check(body);
  }).filter((decoy) => decoy !== number);
}

/** ISO/IEC 7812-1. */
function check(body: string): string {
  const sum = Array.from(body)
    .toReversed()
    .reduce((all, digit, i) => {
      const value = Number(digit) * (i % 2 === 0 ? 2 : 1);
      return all + (value > 9 ? value - 9 : value);
    }, 0);
  return String((10 - (sum % 10)) % 10);
}
