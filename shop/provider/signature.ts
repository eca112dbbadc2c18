import { createHmac, timingSafeEqual } from 'node:crypto';

export const signatureHeader = 'musubi-signature';

/** `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`, keyed with the endpoint's secret as UTF-8 text. */
export const sign = (secret: string, time: number, body: string): string =>
  `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`;

/** What a receiver does; here for tests and as the reference. `toleranceSeconds` bounds replays. */
export function verify(
  secret: string,
  header: string,
  body: string,
  now: number,
  toleranceSeconds = 300,
): boolean {
  const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header);
  if (match === null) return false;
  const time = Number(match[1]);
  if (Math.abs(now - time) > toleranceSeconds) return false;
  return timingSafeEqual(Buffer.from(sign(secret, time, body)), Buffer.from(header));
}
