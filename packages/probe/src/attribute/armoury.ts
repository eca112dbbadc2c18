import { CdpError, type Session } from '../cdp/connection.ts';
import { ROWS } from './rows.ts';

/** Never called by pages: whether its breakpoint answers tells whether those of this isolate are installed. */
export const ALIVE = 'call Math.cosh';

/**
 * The breakpoints of one target. V8 holds them in the data all realms of a process share: one set covers the frames of
 * a document, those that come later and those that are gone included, and no function of the page changes. They go
 * with the document.
 */
export interface Armoury {
  /** Installs what is missing; `fresh`: nothing is. Rejects when the target does not answer. */
  arm(fresh: boolean): Promise<void>;
  /** Takes a row out: it is called too often. It comes back once or twice, unless it is only sampled. */
  rest(row: number): Promise<void>;
}

const EVERY: readonly number[] = [...ROWS.keys(), ROWS.length];
const CORE: readonly number[] = EVERY.filter((row) => ROWS[row]?.core ?? row === ROWS.length);
const FOREIGN = ROWS.findIndex((row) => row.place === 'call foreign.postMessage');
/**
 * Bytes of heap up to which every row is installed; a breakpoint costs 0.9 ms a megabyte. Less for a document that came
 * after the card was typed, into which nothing is typed.
 */
const SMALL_HEAP = { typed: 3_500_000, after: 1_500_000 } as const;
/** After so many milliseconds a row that ran hot comes back, the second time after twice as many. */
const REST = 250;
const RETURNS = 2;

/** What the browser says of an object or a realm whose document was left in between. */
export const isLeft = (error: unknown): boolean =>
  error instanceof CdpError &&
  /Cannot find (default execution )?context|context was destroyed|navigated or closed/i.test(error.message);
const TRIES = 4;

export function createArmoury(session: Session, token: string): Armoury {
  const installed = new Map<number, string>();
  const rested = new Map<number, number>();

  const evaluate = (expression: string, byValue: boolean) =>
    session.send('Runtime.evaluate', {
      expression: `${expression}\n//# sourceURL=${token}`,
      returnByValue: byValue,
      silent: true,
    });
  const wanted = async (fresh: boolean): Promise<readonly number[]> => {
    // Half of it is garbage, often. Not while the page stands still: there V8 takes seconds for it.
    if (!fresh) await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    return usedSize <= (fresh ? SMALL_HEAP.after : SMALL_HEAP.typed) ? EVERY : CORE;
  };
  const install = async (rows: readonly number[]): Promise<void> => {
    const list = await evaluate(`${token}.functions(${JSON.stringify(rows)})`, false);
    if (!list.result.objectId)
      throw new Error(list.exceptionDetails?.exception?.description ?? 'no reporter');
    const { result } = await session.send('Runtime.getProperties', {
      objectId: list.result.objectId,
      ownProperties: true,
    });
    await Promise.all(
      result.map(async ({ name, value }) => {
        const row = rows[Number(name)];
        if (row === undefined || value?.type !== 'function' || !value.objectId) return;
        const breakpoint = await session
          .send('Debugger.setBreakpointOnFunctionCall', {
            objectId: value.objectId,
            // Where the reporter is missing: stop, so that nothing happens unseen.
            condition: `typeof ${token}==='undefined'||${token}.hit(${row},this,arguments)\n//# sourceURL=${token}`,
          })
          .catch((error: unknown) => {
            // The one of the document before, which outlived it: as good as ours, but nameless.
            if (error instanceof CdpError && /already exists/i.test(error.message)) return null;
            throw error;
          });
        installed.set(row, breakpoint?.breakpointId ?? '');
      }),
    );
    void session.send('Runtime.releaseObject', { objectId: list.result.objectId }).catch(() => undefined);
  };
  const armOnce: Armoury['arm'] = async (fresh) => {
    if (!fresh) {
      // Another target of this process may have installed its own.
      const { result } = await evaluate(`typeof ${token}==='object'&&${token}.alive()`, true);
      if (result.value === true) {
        // Windows of other origins may have come since.
        if (installed.size > 0 && !installed.has(FOREIGN)) await install([FOREIGN]);
        return;
      }
    }
    installed.clear();
    rested.clear();
    await install(await wanted(fresh));
  };
  const arm: Armoury['arm'] = async (fresh) => {
    for (let tries = 1; ; tries++)
      try {
        return await armOnce(fresh);
      } catch (error) {
        // A frame that comes in at this moment: its first, empty document gave way to the real one, which is armed instead.
        if (tries === TRIES || !isLeft(error)) throw error;
      }
  };
  const rest: Armoury['rest'] = async (row) => {
    const breakpointId = installed.get(row);
    const times = (rested.get(row) ?? 0) + 1;
    rested.set(row, times);
    installed.delete(row);
    if (breakpointId === undefined || breakpointId === '') return;
    await session.send('Debugger.removeBreakpoint', { breakpointId });
    if (ROWS[row]?.sampled || times > RETURNS) return;
    setTimeout(() => void install([row]).catch(() => undefined), REST * times).unref();
  };
  return { arm, rest };
}
