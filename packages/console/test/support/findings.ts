import type { BlobRef, Finding, Text } from '@komainu/model';

const text = (en: string, ja: string): Text => ({ en, ja });

export const findingOfFile = (before: BlobRef, now: BlobRef): Finding => ({
  detector: 'sealed-file',
  key: 'sealed-file:assets/payment.js',
  grade: 'tampered',
  severity: 'critical',
  confidence: 'certain',
  title: text(
    'A sealed file of the payment page was changed',
    '封印された決済ページのファイルが書き換えられました',
  ),
  detail: text(
    'assets/payment.js is not what was sealed as release 12. It runs on the page where customers type their cards. Nobody has approved this change.',
    'assets/payment.js は封印(第12版)の内容と異なります。お客様がカードを入力するページで動くファイルで、この変更は承認されていません。',
  ),
  references: [
    { label: 'assets/payment.js', blob: before, pointer: null, role: 'before' },
    { label: 'assets/payment.js', blob: now, pointer: '/changes/0', role: 'after' },
  ],
  leak: null,
});

export const findingOfUpload = (now: BlobRef): Finding => ({
  detector: 'upload-exec',
  key: 'upload-exec:uploads/2026/banner.png',
  grade: 'tampered',
  severity: 'high',
  confidence: 'likely',
  title: text(
    'An executable file is where only pictures belong',
    '画像だけを置く場所に実行可能なファイルがあります',
  ),
  detail: text(
    'uploads/2026/banner.png may be executed and is no picture. Remove it after it has been kept as evidence.',
    'uploads/2026/banner.png は実行でき、画像ではありません。証拠として保存した後に取り除いてください。',
  ),
  references: [{ label: 'uploads/2026/banner.png', blob: now, pointer: '/changes/2', role: 'file' }],
  leak: null,
});

export const findingOfLeak = (script: BlobRef): Finding => ({
  detector: 'canary-on-wire',
  key: 'canary-on-wire:127.0.0.99',
  grade: 'tampered',
  severity: 'critical',
  confidence: 'certain',
  title: text(
    'The card number typed on the page was sent to an address nobody approved',
    'ページに入力したカード番号が、承認されていない送信先へ送られました',
  ),
  detail: text(
    'The number that the probe typed left the browser for 127.0.0.99:4399. Real customers’ cards take the same way.',
    'プローブが入力した番号が 127.0.0.99:4399 へ送信されました。実際のお客様のカードも同じ経路をたどります。',
  ),
  references: [
    {
      label: 'http://127.0.0.99:4399/collect?\u202Egpj.lexip',
      blob: null,
      pointer: '/artifacts/wire/value/41',
      role: 'message',
    },
    { label: 'http://127.0.0.10:4310/assets/payment.js', blob: script, pointer: null, role: 'script' },
  ],
  leak: {
    field: 'number',
    encodings: ['base64', 'url'],
    channel: 'image',
    destination: 'http://127.0.0.99:4399/collect',
    script: 'http://127.0.0.10:4310/assets/payment.js',
  },
});
