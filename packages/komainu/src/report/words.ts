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
  field: text('Typed value', '入力した値'),
  script: text('Script', 'スクリプト'),
  channel: text('How it left', '送信方法'),
  destination: text('Where it went', '送信先'),
  unknownScript: text('(not told by the browser)', '（ブラウザーから得られず）'),
  card: text('card data', 'カード情報'),
  depends: text('unreadable, but depends on the card', '解読不能、ただしカードに応じて変化'),
  more: text('not drawn:', '図にないもの：'),
  inWords: text('The same in words', '文字で表示'),
  cardA: text('With card A', 'カードA'),
  cardB: text('With card B', 'カードB'),
  noMessage: text('(no such message)', '（該当する送信なし）'),
  visits: text('Visits', '訪問'),
  visitsWhy: text(
    'Free visits look as a customer does. Pinned visits are alike in everything but the card: what differs between A and B depends on the card, however it is encrypted.',
    '通常訪問はお客様と同じ見方をします。固定訪問は、カード以外の条件をすべて同じにした訪問です。AとBで異なるものは、どのように暗号化されていてもカードに由来します。',
  ),
  role: text('Purpose', '目的'),
  took: text('Took', '所要時間'),
  outcome: text('Steps', '手順'),
  oneVisit: text('only visit', '単独の訪問'),
  free: {
    low: text('free, draws low', '通常（乱数は小さめ）'),
    high: text('free, draws high', '通常（乱数は大きめ）'),
  },
  pinned: text('pinned, card', '固定、カード'),
  unpinned: text('could not be pinned', '固定できなかったもの'),
  returning: text('returning', '再訪問'),
  acts: text('Who touched what was typed', '入力した値に触れたスクリプト'),
  actsWhy: text(
    'Told by the browser’s debugger at the moment it happened; a page can neither see nor forge it.',
    '発生した瞬間にブラウザーのデバッガーが記録したものです。ページからは見えず、偽装もできません。',
  ),
  noActs: text('No script touched it.', '触れたスクリプトはありません。'),
  byScript: text('Script and line', 'スクリプトと行'),
  did: text('What it did', '動作'),
  doing: {
    read: text('read it', '読み取り'),
    listen: text('listened to keys or input', 'キー入力の監視'),
    encode: text('encoded it', '変換'),
    cipher: text('encrypted or hashed it', '暗号化・ハッシュ化'),
    store: text('stored it', '保存'),
    pass: text('passed it to another frame or worker', '別のフレーム・ワーカーへの受け渡し'),
    send: text('gave it to a channel that leaves the browser', '外部への送信'),
  },
  severities: {
    low: text('low', '低'),
    medium: text('medium', '中'),
    high: text('high', '高'),
    critical: text('critical', '重大'),
  },
  confidences: {
    certain: text('certain', '確実'),
    likely: text('likely', 'ほぼ確実'),
    possible: text('possible', '可能性あり'),
  },
  connections: text('Connections', '接続'),
  connectionsWhy: text(
    "What the probe's own proxy counted, whatever the browser told.",
    'ブラウザーの申告とは別に、検査側のプロキシが数えた接続です。',
  ),
  sent: text('Bytes sent', '送信バイト'),
  received: text('Bytes received', '受信バイト'),
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
