import type { Session } from '../cdp/connection.ts';

/** A listener that is told of keys, of input, or that a form leaves. */
export interface Listener {
  readonly type: string;
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

const TELLING =
  /^(key(down|up|press)|(before)?input|textInput|change|paste|copy|cut|drop|composition\w+|submit|formdata|blur|focusout)$/;

/**
 * Who listens at a field, at what it lies in, at its form, its document and its window, as the debugger knows it:
 * `addEventListener` itself needs no watching, and what is registered by attribute or property is seen too.
 */
export async function listenersAt(
  session: Session,
  token: string,
  objectId: string,
): Promise<readonly Listener[]> {
  const group = `${token}-path`;
  const { result } = await session.send('Runtime.callFunctionOn', {
    objectId,
    functionDeclaration: `function(){return ${token}.path(this)}\n//# sourceURL=${token}\n`,
    objectGroup: group,
    silent: true,
  });
  if (!result.objectId) return [];
  const path = await session.send('Runtime.getProperties', {
    objectId: result.objectId,
    ownProperties: true,
  });
  const found = await Promise.all(
    path.result.map(async ({ value }) => {
      if (!value?.objectId) return [];
      const { listeners } = await session.send('DOMDebugger.getEventListeners', { objectId: value.objectId });
      return listeners;
    }),
  );
  void session.send('Runtime.releaseObjectGroup', { objectGroup: group }).catch(() => undefined);
  return found.flat().filter((listener) => TELLING.test(listener.type));
}
