import { expect, test } from 'vitest';
import { hasShape, shapeOf } from '../src/code/shape.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const tag = (id: string, more = '') =>
  bytes(`const request = '${id}'; send("https://ads.example/p?q=" + request, 12);${more}`);

test('bodies that differ in a baked-in id have a shape, and a third one has it too', () => {
  const shape = shapeOf([tag('a1b2c3'), tag('d4e5f6')]);
  expect(shape?.holes).toHaveLength(1);
  expect(shape && hasShape(tag('0099ff'), shape)).toBe(true);
});

test.each([
  ['more code', tag('a1b2c3', 'steal();')],
  ['another host', bytes(Buffer.from(tag('a1b2c3')).toString().replace('ads.example', 'evil.example'))],
  ['another number', bytes(Buffer.from(tag('a1b2c3')).toString().replace('12)', '13)'))],
  ['code in the hole', tag("x'+steal()+'y")],
  ['an address in the hole', tag('evil.example')],
  ['a long value in the hole', tag('a'.repeat(65))],
  ['an empty value in the hole', tag('')],
  ['nothing', bytes('')],
])('%s does not have the shape', (_, body) => {
  const shape = shapeOf([tag('a1b2c3'), tag('d4e5f6')]);
  expect(shape && hasShape(body, shape)).toBe(false);
});

test.each([
  ['bodies that are equal', [tag('a'), tag('a')]],
  ['one body', [tag('a')]],
  ['none', []],
  ['bodies of which one has more code', [tag('a'), tag('b', 'steal();')]],
  ['bodies that differ in a name', [bytes('f(a)'), bytes('f(b)')]],
  ['bodies that differ in a host', [bytes('"a.example"'), bytes('"b.example"')]],
  ['bodies that differ in everything', [bytes(`'${'a b '.repeat(20)}'`), bytes(`'${'c d '.repeat(20)}'`)]],
])('%s have no shape', (_, bodies) => {
  expect(shapeOf(bodies)).toBeNull();
});

test('bytes that are not UTF-8 are compared as they are', () => {
  const body = (id: string, last: number) => new Uint8Array([...tag(id), 0xff, last]);
  const shape = shapeOf([body('a', 0xfe), body('b', 0xfe)]);
  expect(shape && hasShape(body('c', 0xfe), shape)).toBe(true);
  expect(shape && hasShape(body('c', 0xfd), shape)).toBe(false);
});
