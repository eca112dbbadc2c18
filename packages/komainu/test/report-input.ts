import {
  type BlobRef,
  type Finding,
  type Instant,
  newId,
  type PageId,
  Recording,
  type ShopId,
} from '@komainu/model';
import type { ReportInput } from '../src/report/report.ts';

const ref = (digit: string): BlobRef => `sha256:${digit.repeat(64)}` as BlobRef;
export const HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>\u202e';
const PAGE = 'https://shop.test/checkout/payment';
const AT = '2026-11-22T12:00:00.000Z' as Instant;

const stack = [{ url: 'https://shop.test/assets/payment.js', function: 'send', line: 211, column: 4 }];

const recording = (role: Recording['visit']['role'], title: string): Recording =>
  Recording.parse({
    version: 1,
    visit: {
      id: newId('visit'),
      check: newId('check'),
      shop: 'omochabako' as ShopId,
      page: 'payment' as PageId,
      purpose: 'check',
      ...(role ? { role } : {}),
      url: PAGE,
      journey: { title, blob: ref('1') },
      persona: {
        id: 'desktop-ja',
        device: 'desktop',
        viewport: { width: 1366, height: 768 },
        languages: ['ja', 'en-US'],
        timeZone: 'Asia/Tokyo',
        referrer: null,
      },
      canary: {
        card: { number: '4916338506082832', expiry: '11/31', code: '737', holder: 'HANAKO TSUJI' },
        shopper: Object.fromEntries(
          [
            'familyName',
            'givenName',
            'familyKana',
            'givenKana',
            'postcode',
            'prefecture',
            'city',
            'street',
            'phone',
            'email',
          ].map((name) => [name, 'x']),
        ),
      },
      startedAt: AT,
      endedAt: '2026-11-22T12:00:05.250Z',
      browser: { product: 'Chrome/150.0.0.0', userAgent: 'Mozilla/5.0' },
    },
    failure: null,
    steps: [{ index: 0, type: 'navigate', at: AT, took: 120, failure: null }],
    artifacts: {
      scripts: { kind: 'observed', value: [], gaps: [] },
      wire: { kind: 'observed', value: [], gaps: [] },
      headers: { kind: 'observed', value: [], gaps: [] },
      frames: { kind: 'observed', value: [], gaps: [] },
      forms: { kind: 'observed', value: [], gaps: [] },
      cardFields: { kind: 'observed', value: [], gaps: [] },
      screenshots: { kind: 'observed', value: [], gaps: [] },
      acts: {
        kind: 'observed',
        gaps: [],
        value: [
          {
            at: AT,
            target: 'page',
            frameUrl: PAGE,
            act: 'read',
            api: 'HTMLInputElement.value',
            fields: ['code', 'number'],
            detail: null,
            stack,
            count: 4,
          },
          {
            at: AT,
            target: 'page',
            frameUrl: PAGE,
            act: 'cipher',
            api: 'SubtleCrypto.encrypt',
            fields: ['number'],
            detail: 'AES-GCM',
            stack,
            count: 1,
          },
          {
            at: AT,
            target: 'page',
            frameUrl: PAGE,
            act: 'send',
            api: 'navigator.sendBeacon',
            fields: [],
            detail: `https://evil.test/${HOSTILE}`,
            stack: [],
            count: 1,
          },
        ],
      },
      connections: {
        kind: 'observed',
        gaps: [],
        value: [
          {
            id: 'c1',
            at: AT,
            host: 'evil.test',
            port: 443,
            kind: 'tunnel',
            address: '203.0.113.7',
            sent: 4210,
            received: 5100,
            outcome: { kind: 'opened' },
          },
          {
            id: 'c2',
            at: AT,
            host: '10.0.0.1',
            port: 80,
            kind: 'http',
            address: null,
            sent: 0,
            received: 0,
            outcome: { kind: 'refused', reason: 'private address' },
          },
        ],
      },
    },
  });

const finding = (more: Partial<Finding> & Pick<Finding, 'detector' | 'key'>): Finding => ({
  grade: 'tampered',
  severity: 'critical',
  confidence: 'certain',
  title: {
    en: 'The card number typed on the page was sent to evil.test.',
    ja: 'ページに入力したカード番号が evil.test へ送信されました。',
  },
  detail: {
    en: 'Seen in the body of a POST request. Stop card payments.',
    ja: 'POSTリクエストの本文に含まれていました。カード決済を停止してください。',
  },
  references: [],
  leak: null,
  ...more,
});

/** A judgement with one of everything a report must show, and hostile words wherever a page can put them. */
export function reportInput(language: 'en' | 'ja'): ReportInput {
  const visits = [
    { ref: ref('2'), recording: recording({ kind: 'free', draws: 'low' }, HOSTILE) },
    {
      ref: ref('3'),
      recording: recording(
        { kind: 'pinned', card: 'b', round: 2, unpinned: ['a worker races a counter'] },
        'j',
      ),
    },
  ];
  return {
    language,
    page: PAGE,
    judgement: {
      version: 1,
      over: visits.map((visit) => visit.ref),
      baseline: null,
      verdict: {
        kind: 'tampered',
        reason: {
          en: `Card data goes to evil.test ${HOSTILE}`,
          ja: `カード情報が evil.test へ送信されています ${HOSTILE}`,
        },
      },
      findings: [
        finding({
          detector: 'canary-on-wire',
          key: 'canary-on-wire:number',
          references: [
            {
              label: `https://evil.test/c?v=${HOSTILE}`,
              blob: ref('4'),
              pointer: '/artifacts/wire/value/3',
              role: 'message',
            },
            { label: HOSTILE, blob: null, pointer: null, role: 'script' },
          ],
          leak: {
            field: 'number',
            encodings: ['base64', 'reversed'],
            channel: 'ping body',
            destination: `https://evil.test/c?${HOSTILE}`,
            script: 'https://shop.test/assets/payment.js',
          },
        }),
        finding({
          detector: 'depends-on-card',
          key: 'depends-on-card:POST https://drop.test/collect',
          title: {
            en: 'What is sent to drop.test depends on the card, though it cannot be read.',
            ja: 'drop.test への送信内容は解読できませんが、カードに応じて変化します。',
          },
          references: [
            {
              label: 'https://drop.test/collect',
              blob: null,
              pointer: '/artifacts/wire/value/9',
              role: 'message',
            },
          ],
          difference: {
            kind: 'value',
            message: `POST https://drop.test/collect ${HOSTILE}`,
            part: 'body /d',
            a: { recording: ref('2'), pointer: '/artifacts/wire/value/9', text: `k=9f31${HOSTILE}aa&v=1` },
            b: { recording: ref('3'), pointer: null, text: '' },
          },
        }),
        finding({
          detector: 'unseen-body',
          key: 'unseen-body:x',
          grade: 'unobserved',
          severity: 'medium',
          confidence: 'possible',
        }),
      ],
    },
    recordings: visits,
    baseline: null,
    flows: [
      {
        field: 'number',
        encodings: ['base64', 'reversed'],
        channel: 'ping body',
        destination: 'https://evil.test/c',
        script: 'https://shop.test/assets/payment.js',
        approved: false,
      },
      {
        field: 'number',
        encodings: [],
        channel: 'fetch body',
        destination: 'https://pay.test/v1/tokens',
        script: 'https://pay.test/fields.js',
        approved: true,
      },
      {
        field: 'code',
        encodings: [],
        channel: 'fetch body',
        destination: 'https://pay.test/v1/tokens',
        script: 'https://pay.test/fields.js',
        approved: true,
      },
    ],
    timeZone: 'Asia/Tokyo',
    version: '0.0.0',
    body: () => undefined,
  };
}
