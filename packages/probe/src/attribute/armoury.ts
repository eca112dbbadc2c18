import type { Session } from '../cdp/connection.ts';
import { ROWS } from './rows.ts';

/** Never called by pages: whether its breakpoint answers tells whether those of this isolate are installed. */
export const ALIVE = 'call Math.cosh';

/**
 * The breakpoints of one target. They are held by V8's shared function data: one set covers every realm of the process,
 * frames that come later and frames that are gone included, and no function of the page changes.
 */
export interface Armoury {
  /** Installs what is missing. Rejects when the target does not answer. Gives how many are installed. */
  arm(how: { readonly context?: number; readonly fresh?: boolean }): Promise<number>;
  /** Takes a row out for a while: it is called too often. */
  rest(row: number): Promise<void>;
}

const EVERY = ROWS.map((_, index) => index).concat(ROWS.length);
const REST = 250;

export function createArmoury(session: Session, token: string): Armoury {
  const installed = new Map<number, string>();
  const resting = new Map<number, number>();

  const evaluate = (expression: string, context: number | undefined, byValue: boolean) =>
    session.send('Runtime.evaluate', {
      expression: `${expression}\n//# sourceURL=${token}`,
      returnByValue: byValue,
      silent: true,
      ...(context === undefined ? {} : { contextId: context }),
    });
  const arm: Armoury['arm'] = async ({ context, fresh = false }) => {
    if (fresh) installed.clear();
    else {
      const { result } = await evaluate(`typeof ${token}==='object'&&${token}.alive()`, context, true);
      // A new process has none of them; another target of this process may have installed its own.
      if (result.value !== true) installed.clear();
      else if (installed.size === 0) return 0;
    }
    const missing = EVERY.filter((row) => !installed.has(row));
    const list = await evaluate(`${token}.functions(${JSON.stringify(missing)})`, context, false);
    if (!list.result.objectId)
      throw new Error(list.exceptionDetails?.exception?.description ?? 'no reporter');
    const { result } = await session.send('Runtime.getProperties', {
      objectId: list.result.objectId,
      ownProperties: true,
    });
    await Promise.all(
      result.map(async ({ name, value }) => {
        const row = missing[Number(name)];
        if (row === undefined || value?.type !== 'function' || !value.objectId) return;
        try {
          const { breakpointId } = await session.send('Debugger.setBreakpointOnFunctionCall', {
            objectId: value.objectId,
            // Where the reporter is missing: stop, so that nothing happens unseen.
            condition: `typeof ${token}==='undefined'||${token}.hit(${row},this,arguments)\n//# sourceURL=${token}`,
          });
          installed.set(row, breakpointId);
        } catch (error) {
          if (!/already exists/.test(String(error))) throw error;
        }
      }),
    );
    void session.send('Runtime.releaseObject', { objectId: list.result.objectId }).catch(() => undefined);
    return installed.size;
  };
  const rest: Armoury['rest'] = async (row) => {
    const breakpointId = installed.get(row);
    installed.delete(row);
    if (!breakpointId) return;
    await session.send('Debugger.removeBreakpoint', { breakpointId });
    const times = (resting.get(row) ?? 0) + 1;
    resting.set(row, times);
    setTimeout(() => void arm({}).catch(() => undefined), REST * times).unref();
  };
  return { arm, rest };
}
