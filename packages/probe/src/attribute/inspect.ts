import type { Protocol } from 'devtools-protocol';
import type { Session } from '../cdp/connection.ts';

/** How far into objects of a page: as much as an honest message needs, not what a hostile one could cost. */
const DEPTH = 4;
const PROPERTIES = 60;
const OBJECTS = 80;

export interface Inspected {
  /** Fields as bits. */
  readonly bits: number;
  /** The first argument's `name` or `urls`: an algorithm, a server. */
  readonly name: string | null;
}

/**
 * Looks into objects by the debugger, which runs no page code: a getter is not called, a Proxy not asked. Texts are
 * matched by the reporter, for the debugger gives buffers and forms no text.
 */
export async function inspect(session: Session, token: string, context: number): Promise<Inspected> {
  const group = `${token}-args`;
  const { result } = await session.send('Runtime.evaluate', {
    expression: `${token}.args\n//# sourceURL=${token}`,
    contextId: context,
    objectGroup: group,
    silent: true,
  });
  const texts: string[] = [];
  const opaque: string[] = [];
  let name: string | null = null;
  let left = OBJECTS;
  const look = async (
    object: Protocol.Runtime.RemoteObject,
    depth: number,
    first: boolean,
  ): Promise<void> => {
    if (!object.objectId || left <= 0) return;
    left -= 1;
    const answer = await session.send('Runtime.getProperties', {
      objectId: object.objectId,
      ownProperties: true,
    });
    const inner: Promise<void>[] = [];
    for (const property of answer.result.slice(0, PROPERTIES)) {
      const { value } = property;
      if (!value || property.name === '__proto__') continue;
      if (value.type === 'string') {
        texts.push(value.value as string);
        if (first && name === null && /^(name|urls)$/.test(property.name)) name = value.value as string;
      } else if (value.type === 'number') texts.push(String(value.value));
      else if (value.type === 'object' && value.subtype !== 'null' && value.subtype !== 'node') {
        if (OPAQUE.test(value.subtype ?? '') || OPAQUE_CLASS.test(value.className ?? ''))
          opaque.push(value.objectId ?? '');
        else if (value.subtype !== 'proxy' && depth < DEPTH)
          inner.push(look(value, depth + 1, depth === 0 ? property.name === '0' : first));
      }
    }
    await Promise.all(inner);
  };
  try {
    await look(result, 0, false);
    // One text, its parts kept apart by what stands in no number; one character an element joins to the whole.
    const single = texts.every((text) => text.length <= 1);
    const { result: matched } = await session.send('Runtime.callFunctionOn', {
      functionDeclaration: `function(t,...o){let b=${token}.match(t);for(let i=0;i<o.length;i++)b|=${token}.match(o[i]);return b}\n//# sourceURL=${token}\n`,
      executionContextId: context,
      arguments: [
        { value: texts.join(single ? '' : '\n') },
        ...opaque.slice(0, 20).map((objectId) => ({ objectId })),
      ],
      returnByValue: true,
      silent: true,
    });
    return { bits: typeof matched.value === 'number' ? matched.value : 0, name };
  } finally {
    void session.send('Runtime.releaseObjectGroup', { objectGroup: group }).catch(() => undefined);
  }
}

const OPAQUE = /^(typedarray|arraybuffer|dataview)$/;
const OPAQUE_CLASS = /^(FormData|URLSearchParams|URL|Request)$/;
