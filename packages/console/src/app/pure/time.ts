/** Instants are UTC; people read them in the shop's zone, with its offset, to the millisecond. */
export interface ClockReading {
  /** `2026-11-22` */
  readonly date: string;
  /** `21:00:00.412` */
  readonly time: string;
  /** `21:00:00` */
  readonly short: string;
  /** `+09:00` */
  readonly offset: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const options: Intl.DateTimeFormatOptions = {
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    timeZoneName: 'longOffset',
  };
  let made: Intl.DateTimeFormat;
  try {
    made = new Intl.DateTimeFormat('en-US', { ...options, timeZone });
  } catch {
    // A zone this browser does not know: UTC, and the offset shown says so.
    made = new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' });
  }
  formats.set(timeZone, made);
  return made;
};

/** The clock on the wall at `ms` since 1970, or null when that is no time. */
export const readClock = (ms: number, timeZone: string): ClockReading | null => {
  if (!Number.isFinite(ms)) return null;
  const part = new Map<string, string>();
  for (const { type, value } of formatOf(timeZone).formatToParts(ms)) part.set(type, value);
  const of = (type: string): string => part.get(type) ?? '';
  const short = `${of('hour')}:${of('minute')}:${of('second')}`;
  const zone = of('timeZoneName').replace('GMT', '');
  return {
    date: `${of('year')}-${of('month')}-${of('day')}`,
    time: `${short}.${of('fractionalSecond').padStart(3, '0')}`,
    short,
    offset: zone === '' ? '+00:00' : zone,
  };
};

/** Milliseconds of an instant; NaN for what is none. */
export const ms = (instant: string): number => Date.parse(instant);
