import type { BlobRef, FileChange, Instant } from '@komainu/model';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { restrictsOnly } from '../src/files/htaccess.ts';
import { imageShape } from '../src/files/image.ts';
import { type Earlier, growing, judgeFiles } from '../src/index.ts';
import { added, altered, REF, REF2, report, state, store } from './make.ts';

const chunk = (type: string, data: string | Buffer): Buffer => {
  const body = Buffer.from(data as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, Buffer.from(type), body, Buffer.alloc(4)]);
};
const MAGIC = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const IHDR = chunk('IHDR', Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]));
const IDAT = chunk('IDAT', deflateSync(Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * i) % 251))));
const png = (...more: readonly Buffer[]) => Buffer.concat([MAGIC, IHDR, ...more, IDAT, chunk('IEND', '')]);
const riff = (...chunks: readonly (readonly [string, string | Buffer])[]) => {
  const body = Buffer.concat(
    chunks.map(([type, data]) => {
      const bytes = Buffer.from(data as string);
      const size = Buffer.alloc(4);
      size.writeUInt32LE(bytes.length);
      return Buffer.concat([Buffer.from(type), size, bytes, Buffer.alloc(bytes.length % 2)]);
    }),
  );
  const size = Buffer.alloc(4);
  size.writeUInt32LE(body.length + 4);
  return Buffer.concat([Buffer.from('RIFF'), size, Buffer.from('WEBP'), body]);
};
const LINE = `${Buffer.from('9999900000000000|12/30|000|TEST').toString('base64')}\n`;
const judge = (
  changes: readonly FileChange[],
  kept: ReturnType<typeof store>,
  earlier?: ReadonlyMap<string, Earlier>,
) => judgeFiles({ ref: REF, report: report(changes), bodies: kept.bodies, ...(earlier ? { earlier } : {}) });
const of = (id: string, { findings }: ReturnType<typeof judge>) =>
  findings.filter(({ detector }) => detector === id).map(({ grade }) => grade);

describe('pictures that are none', () => {
  test.each<readonly [string, Buffer, string]>([
    ['a PNG without a pixel', Buffer.concat([MAGIC, IHDR, chunk('tEXt', 'x\0y'), chunk('IEND', '')]), 'none'],
    ['a GIF without a picture', Buffer.from('GIF89a\x01\0\x01\0\0\0\0!\xfe\x03abc\0;', 'latin1'), 'none'],
    ['a WebP without a pixel', riff(['EXIF', 'x']), 'none'],
    ['a WebP with loot in a chunk of its own', riff(['VP8L', 'pixels'], ['LOOT', LINE.repeat(4)]), 'none'],
    [
      'a WebP with a chunk that says more than there is',
      Buffer.concat([riff(['VP8L', 'pixels']).subarray(0, 16), Buffer.alloc(14, 255)]),
      'none',
    ],
    [
      'an honest WebP',
      riff(['VP8X', 'abcdefghij'], ['VP8 ', 'pixels'], ['XMP ', '<x:xmpmeta>some words here</x:xmpmeta>']),
      'image',
    ],
    ['a WebP with signed origin', riff(['VP8L', 'pixels'], ['C2PA', Buffer.alloc(90, 7)]), 'image'],
  ])('%s', (_, bytes, kind) => {
    expect(imageShape(bytes).kind).toBe(kind);
  });

  test('lines of loot in a comment of a picture that can be seen', () => {
    const kept = store();
    const evil = png(chunk('tEXt', `Comment\0\n${LINE.repeat(3)}`));
    expect(of('not-an-image', judge([added(kept, 'u/a.png', evil)], kept))).toEqual(['tampered']);
  });

  test('what cameras and editors keep in pictures is quiet', () => {
    const kept = store();
    const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/">\n  <xmp:Thumbnails>${'QUJD'.repeat(500)}</xmp:Thumbnails>\n</x:xmpmeta>`;
    const files: readonly Buffer[] = [
      png(chunk('iTXt', `XML:com.adobe.xmp\0\0\0\0\0${xmp}`)),
      png(chunk('tEXt', `Raw profile type exif\0\nexif\n      78\n${`${'45786966'.repeat(9)}\n`.repeat(4)}`)),
      png(chunk('tEXt', 'Comment\0\nuuid:0f8fad5bd9cb469fa165q-70867728950e\n')),
      png(chunk('tEXt', 'Software\0Adobe ImageReady'), chunk('iCCP', Buffer.alloc(400, 3))),
      png(chunk('zTXt', deflateSync(Buffer.from(LINE.repeat(9))))),
    ];
    expect(
      judge(
        files.map((bytes, at) => added(kept, `u/${at}.png`, bytes)),
        kept,
      ).findings,
    ).toEqual([]);
  });

  test('an SVG whose pictures are written in lines is quiet', () => {
    const kept = store();
    const svg = `<svg xmlns="http://www.w3.org/2000/svg"><image href="data:image/png;base64,\n${`${'QUJDREVGR0hJ'.repeat(6)}\n`.repeat(9)}"/></svg>`;
    expect(judge([added(kept, 'u/a.svg', svg)], kept).findings).toEqual([]);
  });
});

describe('pictures that grow', () => {
  const grown = png(chunk('tEXt', `Comment\0${'9999900000000000,000;'.repeat(3)}`));
  test('text put into the middle of a sealed picture', () => {
    const kept = store();
    expect(of('not-an-image', judge([altered(kept, 'm/a.png', png(), grown)], kept))).toEqual(['tampered']);
  });

  test('from report to report, where nothing was sealed', () => {
    const kept = store();
    const change = added(kept, 'up/a.png', grown);
    const earlier = (bytes: Uint8Array) => new Map([['up/a.png', { report: REF2, bytes }]]);
    expect(judge([change], kept).findings).toEqual([]);
    const judged = judge([change], kept, earlier(png()));
    expect(of('not-an-image', judged)).toEqual(['tampered']);
    expect(judged.over).toEqual([REF, REF2]);
    expect(judge([change], kept, earlier(grown)).findings).toEqual([]);
    expect(judge([change], kept, earlier(Buffer.from('GIF89a'))).findings).toEqual([]);
    expect(growing(report([change, added(kept, 'up/a.txt', 'x')])).map(({ path }) => path)).toEqual([
      'up/a.png',
    ]);
  });

  test('a slow upload, seen twice before it is whole, is told as unfinished; text behind an unfinished picture is a hoard', () => {
    const kept = store();
    const photo = png(chunk('zzZz', Buffer.from(Array.from({ length: 900 }, (_, i) => (i * 73) % 256))));
    const first = photo.subarray(0, 300);
    const second = (bytes: Uint8Array) =>
      of(
        'not-an-image',
        judge(
          [added(kept, 'up/a.png', Buffer.from(bytes))],
          kept,
          new Map([['up/a.png', { report: REF2, bytes: first }]]),
        ),
      );
    expect(second(photo.subarray(0, 700))).toEqual(['changed']);
    expect(second(photo)).toEqual([]);
    const loot = Buffer.from('OTk5OTkwMDAwMDAwMDAwMA==\n'.repeat(9));
    expect(second(Buffer.concat([first, loot]))).toEqual(['tampered']);
  });

  test('another comment in its place, and a drawing with more lines, are edits', () => {
    const kept = store();
    const said = (words: string, times: number) => png(chunk('tEXt', `Comment\0${words.repeat(times)}`));
    const svg = (path: string) =>
      `<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0${path}z"/>${'<g/>'.repeat(30)}</svg>`;
    const quiet = [
      altered(kept, 'm/a.png', said('old words ', 20), said('newer text ', 40), { policy: 'no-exec' }),
      altered(kept, 'm/b.svg', svg(''), svg('L10 10L20 20L30 10L40 40L50 10'), { policy: 'no-exec' }),
    ];
    expect(judge(quiet, kept).findings).toEqual([]);
  });

  test('a profile put in by a tool, an edited picture, an upload that was finished: quiet', () => {
    const kept = store();
    const quiet = [
      altered(
        kept,
        'm/a.png',
        png(),
        png(chunk('iTXt', `XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta>${'words '.repeat(20)}</x:xmpmeta>`)),
        { policy: 'no-exec' },
      ),
      altered(
        kept,
        'm/b.png',
        png(),
        png(chunk('iCCP', Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 73) % 256)))),
        { policy: 'no-exec' },
      ),
      altered(kept, 'm/c.png', png().subarray(0, 60), png(), { policy: 'no-exec' }),
    ];
    expect(judge(quiet, kept).findings).toEqual([]);
  });
});

describe('.htaccess in a folder for uploads', () => {
  test.each([
    'Deny from all\n',
    '# nothing runs here\r\nOptions -Indexes -ExecCGI\r\nphp_flag engine off\r\nRemoveHandler .php .phtml\r\n',
    '<FilesMatch "\\.(php|phar|phtml)$">\n  Require all denied\n</FilesMatch>\n',
    '<IfModule mod_expires.c>\nExpiresByType image/png "access plus 1 year"\n</IfModule>\nAddType image/webp .webp\nHeader set Cache-Control "max-age=1"\n',
    'SetHandler none\n',
  ])('%j may stay', (body) => {
    const kept = store();
    expect(restrictsOnly(Buffer.from(body))).toBe(true);
    expect(judge([added(kept, 'up/.htaccess', body)], kept).findings).toEqual([]);
  });
  test.each([
    'Options -Indexes +ExecCGI\n',
    'Options -Indexes \\\n +ExecCGI\n',
    'AddType application/x-httpd-php .jpg\n',
    'AddType text/html .jpg\n',
    'SetHandler application/x-httpd-php\n',
    'php_value auto_prepend_file a.jpg\n',
    'Deny from all\nRewriteRule .* http://x.test/\n',
    'Require expr "x" <If>\n',
    'anything else\n',
  ])('%j may not', (body) => {
    const kept = store();
    expect(restrictsOnly(Buffer.from(body))).toBe(false);
    expect(judge([added(kept, 'up/.htaccess', body)], kept).verdict.kind).toBe('tampered');
  });
});

describe('executable names and tags', () => {
  test.each<readonly [string, string]>([
    ['up/a.pht', 'x'],
    ['up/a.phar.png', 'x'],
    ['up/a.pgif', 'x'],
    ['up/a.inc', 'x'],
    ['up/a.jpg', '\xff\xd8<? system($c) ?>'],
    ['up/a.jpg', '\xff\xd8<? $a = 1;'],
    ['up/a.txt', '<script language="php">x()</script>'],
    ['up/a.png', '<?=@eval($_POST[1])?>'],
  ])('%s: %j', (path, body) => {
    const kept = store();
    expect(of('executable-upload', judge([added(kept, path, Buffer.from(body, 'latin1'))], kept))).toEqual([
      'tampered',
    ]);
  });
  test.each(['what <? i mean', 'a <? b (c)', '<?xpacket begin="" id="W5M0"?>', '<?xml version="1.0"?>'])(
    '%j is text',
    (body) => {
      const kept = store();
      expect(judge([added(kept, 'up/a.txt', body)], kept).findings).toEqual([]);
    },
  );
});

describe('time-set-back', () => {
  const at = (time: string) => `2026-${time}` as Instant;
  const one = (
    mtime: string,
    ctime: string,
    sealed: string,
    path = 'a.php',
    more: Partial<FileChange> = {},
  ) => {
    const kept = store();
    const base = altered(kept, path, '<?php a();', '<?php b();');
    const change = {
      ...base,
      before: state(kept, '<?php a();', { mtime: at(sealed) }),
      after: state(kept, '<?php b();', { mtime: at(mtime), ctime: at(ctime) }),
      ...more,
    };
    return { kept, change };
  };
  const grades = ({ kept, change }: ReturnType<typeof one>, others: readonly FileChange[] = []) =>
    of('time-set-back', judge([change, ...others], kept));

  test('exactly the sealed time, to the millisecond or cut to the second', () => {
    expect(grades(one('01-01T00:00:00.123Z', '11-22T12:00:00.000Z', '01-01T00:00:00.123Z'))).toEqual([
      'tampered',
    ]);
    expect(grades(one('01-01T00:00:00.000Z', '11-22T12:00:00.000Z', '01-01T00:00:00.123Z'))).toEqual([
      'tampered',
    ]);
  });
  test('older than the sealed time may be a backup', () => {
    expect(grades(one('01-01T00:00:00.000Z', '11-22T12:00:00.000Z', '03-01T00:00:00.123Z'))).toEqual([
      'changed',
    ]);
  });
  test('packages that give all their files one full second, many at once, are quiet', () => {
    const { kept, change } = one('01-01T00:00:00.000Z', '11-22T12:00:00.000Z', '01-01T00:00:00.000Z');
    const more = Array.from({ length: 9 }, (_, i) => ({ ...change, path: `vendor/${i}.php` }));
    expect(grades({ kept, change }, more)).toEqual([]);
  });
  test('an honest edit, a restore of the same bytes, a picture copied with its time: quiet', () => {
    expect(grades(one('11-22T12:00:00.000Z', '11-22T12:00:00.000Z', '01-01T00:00:00.123Z'))).toEqual([]);
    const same = one('01-01T00:00:00.123Z', '11-22T12:00:00.000Z', '01-01T00:00:00.123Z');
    expect(
      grades({
        ...same,
        change: { ...same.change, after: { ...same.change.after, hash: same.change.before?.hash } } as never,
      }),
    ).toEqual([]);
    expect(
      grades(
        one('01-01T00:00:00.000Z', '11-22T12:00:00.000Z', '01-01T00:00:00.000Z', 'a.jpg', {
          kind: 'added',
          before: null,
          bodyBefore: null,
        }),
      ),
    ).toEqual([]);
  });
  test('new code with a borrowed time', () => {
    const lone = one('01-01T00:00:00.000Z', '11-22T12:00:00.000Z', '01-01T00:00:00.000Z', 'inc/z.php', {
      kind: 'added',
      before: null,
      bodyBefore: null,
    });
    expect(grades(lone)).toEqual(['changed']);
    const many = Array.from({ length: 9 }, (_, i) => ({ ...lone.change, path: `inc/${i}.php` }));
    expect(grades(lone, many)).toEqual([]);
  });
});

test('references never leave what was given', () => {
  const kept = store();
  const lost = added(kept, 'up/a.png', png(), { bodyAfter: `sha256:${'0'.repeat(64)}` as BlobRef });
  expect(judge([lost], kept).verdict.kind).toBe('not-fully-observed');
});
