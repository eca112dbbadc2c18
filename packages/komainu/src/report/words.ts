import { type CardField, type Text, text, type VerdictKind } from '@komainu/model';

/** The report's fixed words. */
export const WORDS = {
  title: text('Payment page check', '決済ページ検査報告書'),
  what: text('What was found', '検出された事項'),
  nothing: text(
    'Nothing. Every script, destination, header, frame and form is as approved.',
    'ありません。スクリプト、送信先、ヘッダー、フレーム、フォームのすべてが承認済みの内容と一致しています。',
  ),
  flows: text('Where each typed value went', '入力した値の送信先'),
  flowsWhy: text(
    'A made-up card was typed as a customer would. These are all the places its values were seen to go.',
    '架空のカードをお客様と同じように入力しました。その値が送られたことを確認できたすべての送信先です。',
  ),
  noFlows: text(
    'No typed value was seen to leave the browser.',
    '入力した値がブラウザーの外へ送られた形跡はありません。',
  ),
  field: text('Value', '値'),
  script: text('Sent by', '送信元'),
  channel: text('How', '方法'),
  destination: text('To', '送信先'),
  approved: text('approved', '承認済み'),
  notApproved: text('NOT APPROVED', '未承認'),
  asTyped: text('as typed', 'そのまま'),
  unobserved: text('What was not observed', '観測できなかったもの'),
  allObserved: text('Everything asked for was observed.', '予定した項目はすべて観測できました。'),
  scripts: text('Scripts on the page', 'ページ上のスクリプト'),
  where: text('Where', '場所'),
  size: text('Bytes', 'バイト'),
  owner: text('Owner', '責任者'),
  justification: text('Why it is needed', '必要な理由'),
  none: text('not given', '未記入'),
  destinations: text('Destinations', '通信先'),
  messages: text('Messages', '通信数'),
  headers: text('Security headers', 'セキュリティヘッダー'),
  missing: text('missing', 'なし'),
  frames: text('Frames and forms', 'フレームとフォーム'),
  steps: text('The visit, step by step', '訪問の手順'),
  screenshots: text('Screenshots', 'スクリーンショット'),
  evidence: text('Evidence', '証拠'),
  evidenceWhy: text(
    'The recording is canonical JSON (RFC 8785); its SHA-256 names it. Keep the files to have this report checked by others.',
    '記録は正規化 JSON（RFC 8785）で、SHA-256 が名前になります。第三者が検証できるよう、ファイルを保管してください。',
  ),
  recording: text('Recording', '記録'),
  baseline: text('Baseline', '承認済みの基準'),
  noBaseline: text(
    'none: nothing has been approved for this page yet',
    'なし（このページで承認されたものはまだありません）',
  ),
  page: text('Page', 'ページ'),
  visited: text('Visited', '訪問日時'),
  browser: text('Browser', 'ブラウザー'),
  persona: text('Seen as', '訪問者の設定'),
  details: text('Details for the engineer and the investigator', '技術者・調査担当者向けの詳細'),
} as const;

export const VERDICTS: Readonly<Record<VerdictKind, Text>> = {
  clean: text('Clean', '異常なし'),
  changed: text('Changed', '変更あり'),
  tampered: text('Tampered', '改ざんあり'),
  'not-fully-observed': text('Not fully observed', '観測が不完全'),
};

export const ADVICE: Readonly<Record<VerdictKind, Text>> = {
  clean: text('Nothing to do.', '対応は不要です。'),
  changed: text(
    'Something is on the page that nobody has approved. Look at it; approve it or take it away.',
    '承認されていないものがページにあります。内容を確認し、承認するか取り除いてください。',
  ),
  tampered: text(
    'Stop card payments now (komainu halt), keep the evidence, and call your payment processor.',
    '直ちにカード決済を停止し（komainu halt）、証拠を保全して、決済代行会社に連絡してください。',
  ),
  'not-fully-observed': text(
    'This is not an all-clear. Remove what stood in the way (below) and check again.',
    '安全を意味するものではありません。下記の原因を取り除き、もう一度検査してください。',
  ),
};

export const FIELDS: Readonly<Record<CardField, Text>> = {
  number: text('card number', 'カード番号'),
  expiry: text('expiry date', '有効期限'),
  code: text('security code', 'セキュリティコード'),
  holder: text('card holder', 'カード名義'),
};
