import type { Watcher } from '../../observe/observer.ts';
import { hasFrames } from '../../observe/target.ts';

/**
 * Runs a script in every worker before its own. To evaluate while a worker still waits to be started crashes its
 * process: it is stopped at its first statement instead. `token` is in the addresses of our own scripts; a page's
 * `debugger` is passed over.
 */
export const inWorkers = (source: string, token: string): Watcher => ({
  attach: (target) => {
    if (hasFrames(target)) return [];
    const { session } = target;
    session.on('Debugger.paused', (event) => {
      const gone = (): void => undefined;
      if (event.reason === 'instrumentation') {
        session.send('Runtime.evaluate', { expression: source, silent: true }).catch(gone);
        for (const breakpointId of event.hitBreakpoints ?? [])
          session.send('Debugger.removeBreakpoint', { breakpointId }).catch(gone);
      }
      session.send('Debugger.resume', {}).catch(gone);
    });
    return [
      session.send('Debugger.enable', {}),
      session.send('Debugger.setSkipAllPauses', { skip: false }),
      session.send('Debugger.setBlackboxPatterns', { patterns: [`^(?!${token})`], skipAnonymous: true }),
      session.send('Debugger.setInstrumentationBreakpoint', { instrumentation: 'beforeScriptExecution' }),
    ];
  },
});
