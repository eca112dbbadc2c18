import { randomInt } from 'node:crypto';
import type { Card } from './behaviour.ts';

/** Who buys: a card of nobody's (an issuer number nobody was given, Luhn-valid), and what the shop asks besides. */
export interface Buyer {
  readonly card: Card;
  readonly name: string;
  readonly postcode: string;
  readonly email: string;
}

export function newBuyer(): Buyer {
  const body = `488146${String(randomInt(1e9)).padStart(9, '7')}`;
  const sum = Array.from(body).reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return {
    card: {
      number: `${body}${(10 - (sum % 10)) % 10}`,
      expiry: `0${1 + randomInt(9)}/${29 + randomInt(3)}`,
      code: String(randomInt(101, 999)),
      holder: 'YUKI MORITA',
    },
    name: '森田',
    postcode: '100-0001',
    email: `yuki${randomInt(1e6)}@example.jp`,
  };
}
