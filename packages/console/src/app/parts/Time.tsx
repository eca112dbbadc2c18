import { createContext, useContext } from 'react';
import { ms, readClock } from '../pure/time.ts';

/** The shop's zone: every time on the screen is read in it. */
export const Zone = createContext('UTC');

type Form = 'full' | 'time' | 'short';

/** A time as plain text in the shop's zone, to the millisecond (`short`: to the second), always with its offset. */
export const useClock = () => {
  const zone = useContext(Zone);
  return (at: string | number, form: Form = 'full'): string => {
    const clock = readClock(typeof at === 'number' ? at : ms(at), zone);
    if (clock === null) return '—';
    if (form === 'short') return `${clock.short} ${clock.offset}`;
    if (form === 'time') return `${clock.time} ${clock.offset}`;
    return `${clock.date} ${clock.time} ${clock.offset}`;
  };
};

export const Time = ({ at, form = 'full' }: { readonly at: string | number; readonly form?: Form }) => {
  const clock = useClock();
  const value = typeof at === 'number' ? at : ms(at);
  if (!Number.isFinite(value)) return <span>—</span>;
  return <time dateTime={new Date(value).toISOString()}>{clock(value, form)}</time>;
};
