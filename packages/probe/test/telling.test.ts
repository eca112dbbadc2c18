import type { Failure } from '@komainu/model';
import { expect, test } from 'vitest';
import { indexScripts } from '../src/attribute/script-index.ts';
import { createTelling, type Happened } from '../src/attribute/telling.ts';
import { ROWS } from '../src/attribute/rows.ts';

const VALUE = ROWS.findIndex(({ act }) => act === 'read');

/** A page that stands still in a script of a document that is gone; `announces`: the realm it stands in can be had. */
function standstill(announces: boolean, tells = true) {
  const heard = new Map<string, ((event: object) => void)[]>();
  const emit = (name: string, event: object) => heard.get(name)?.forEach((listener) => listener(event));
  const parsed = (scriptId: string, url: string, context: number) =>
    emit('Debugger.scriptParsed', {
      scriptId,
      url,
      hash: scriptId,
      embedderName: 'https://shop.test/pay.js',
      executionContextId: context,
      executionContextAuxData: { isDefault: true, frameId: 'f' },
    });
  const told = { kind: 'act', id: 1, row: VALUE, bits: 1, detail: null, count: 1 };
  const session = {
    on: (name: string, listener: (event: object) => void) =>
      heard.set(name, [...(heard.get(name) ?? []), listener]),
    send: async (method: string, params: { contextId?: number; objectId?: string }) => {
      if (method === 'Runtime.evaluate' && params.contextId === 1) throw new Error('Cannot find context');
      if (method === 'Runtime.callFunctionOn' && params.objectId === 'window of 2' && announces)
        parsed('9', 'k1', 2);
      if (params.contextId !== 2) return { result: { type: 'undefined' } };
      return { result: { type: 'object', value: tells ? told : null } };
    },
  };
  const gaps: Failure[] = [];
  const acts: Happened[] = [];
  const index = indexScripts(session as never, 'k1');
  parsed('7', 'https://shop.test/pay.js', 1);
  const telling = createTelling({
    token: 'k1',
    reporter: '',
    frames: { get: () => undefined } as never,
    gaps: { add: (gap: Failure) => gaps.push(gap) } as never,
    happened: (act) => {
      acts.push(act);
      return () => undefined;
    },
  });
  const item = {
    target: { id: 't', kind: 'page', session, url: 'https://shop.test/', parentFrame: null },
    index,
    armoury: { arm: async () => undefined, rest: async () => undefined },
    known: new Map(),
  };
  const frame = {
    functionName: 'read',
    location: { scriptId: '7', lineNumber: 3, columnNumber: 4 },
    scopeChain: [
      { type: 'local', object: { objectId: 'locals' } },
      { type: 'global', object: { objectId: 'window of 2' } },
    ],
  };
  const stop = async () => telling.stopped(item as never, { reason: 'other', callFrames: [frame] } as never);
  return { stop, acts, gaps };
}

test('a script of a document that is gone, running in the next one: the realm it stands in is asked', async () => {
  const { stop, acts, gaps } = standstill(true);
  await stop();
  expect(acts).toMatchObject([{ act: 'read', fields: ['number'] }]);
  expect(gaps).toEqual([]);
});

test('where that realm cannot be had either, it is told that something may have gone unseen', async () => {
  const { stop, acts, gaps } = standstill(false);
  await stop();
  expect(acts).toEqual([]);
  expect(gaps).toMatchObject([{ code: 'target-lost' }]);
});

test('a reporter there that has nothing to tell is an answer', async () => {
  const { stop, acts, gaps } = standstill(true, false);
  await stop();
  expect([acts, gaps]).toEqual([[], []]);
});
