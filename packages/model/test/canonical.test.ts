import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalBytes, canonicalJson } from '../src/index.ts';

describe('the examples of RFC 8785', () => {
  test('3.2.2 and 3.2.4: serialised primitives, to the byte', () => {
    const value: unknown = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`);
    expect(canonicalJson(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
    const hex = `7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a
      5b3333333333333333332e333333333333332c31652b33302c342e352c302e3030322c31652d3237
      5d2c22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d`.replace(/\s/g, '');
    expect(Buffer.from(canonicalBytes(value)).toString('hex')).toBe(hex);
  });

  test('3.2.3: members are sorted by UTF-16 code units, not by code points or locale', () => {
    const value: unknown = JSON.parse(String.raw`{
      "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
    }`);
    expect(Object.values(JSON.parse(canonicalJson(value)) as object)).toHaveLength(7);
    const order = [...canonicalJson(value).matchAll(/:"([^"]+)"/g)].map(([, name]) => name);
    expect(order).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  test.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('appendix B: the number with bits %s is %s', (bits, written) => {
    expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(written);
  });

  test.each(['7fffffffffffffff', '7ff0000000000000', 'fff0000000000000'])(
    'appendix B: the number with bits %s is an error',
    (bits) => {
      expect(() => canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toThrow(TypeError);
    },
  );

  test('3.2.2.2: control characters, two of them by their short names, and nothing else escaped', () => {
    expect(canonicalJson('\b\t\n\f\r\u0000\u001f\u007f\u0080\u2028/<>&é')).toBe(
      String.raw`"\b\t\n\f\r\u0000\u001f` + '\u007f\u0080\u2028/<>&é"',
    );
  });
});

describe('what JSON cannot carry is an error, never another value', () => {
  const loop: unknown[] = [];
  loop.push(loop);
  const round: Record<string, unknown> = {};
  round['self'] = { round };
  const sparse: unknown[] = [1];
  sparse[2] = 3;
  test.each<readonly [string, unknown]>([
    ['undefined', undefined],
    ['undefined in an array', [undefined]],
    ['a hole in an array', sparse],
    ['NaN', [Number.NaN]],
    ['infinity', { a: Number.POSITIVE_INFINITY }],
    ['a bigint', 1n],
    ['a symbol', Symbol('s')],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['bytes', new Uint8Array(2)],
    ['a boxed string', new String('a')],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a key', { '\udc00': 1 }],
    ['an array in itself', loop],
    ['an object in itself', round],
  ])('%s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  test('512 levels are written, more are an error and not a stack overflow', () => {
    const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
    expect(canonicalJson(deep(500))).toHaveLength(1000);
    expect(() => canonicalJson(deep(5000))).toThrow(/deeper than 512/);
  });
});

describe('one value, one text', () => {
  test('undefined members are left out; an object without a prototype and __proto__ as a name are plain', () => {
    expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}');
    expect(canonicalJson(Object.assign(Object.create(null), { b: 1, a: 2 }))).toBe('{"a":2,"b":1}');
    expect(canonicalJson(JSON.parse('{"__proto__":{"x":1},"a":2}'))).toBe('{"__proto__":{"x":1},"a":2}');
    expect(canonicalJson({ toJSON: 1, b: [] })).toBe('{"b":[],"toJSON":1}');
  });

  const json = fc.jsonValue({ maxDepth: 6 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
  const wellFormed = (value: unknown): boolean => !/\\ud[89a-f]/i.test(JSON.stringify(value));

  test('what is written is read back equal, and writing it again changes nothing', () => {
    fc.assert(
      fc.property(json.filter(wellFormed), (value) => {
        const written = canonicalJson(value);
        const read: unknown = JSON.parse(written);
        expect(read).toEqual(value);
        expect(canonicalJson(read)).toBe(written);
      }),
      { seed: 8785, numRuns: 1000 },
    );
  });

  test('the order in which members were set does not matter', () => {
    const members = fc.uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), fc.integer()), {
      selector: ([key]) => key,
      maxLength: 20,
    });
    fc.assert(
      fc.property(members, (entries) => {
        const usable = entries.filter(([key]) => key.isWellFormed());
        const forwards = canonicalJson(Object.fromEntries(usable));
        expect(canonicalJson(Object.fromEntries(usable.toReversed()))).toBe(forwards);
      }),
      { seed: 323, numRuns: 500 },
    );
  });

  test('any double is read back as itself', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(Number(canonicalJson(number)) === number).toBe(true);
      }),
      { seed: 64, numRuns: 2000 },
    );
  });
});
