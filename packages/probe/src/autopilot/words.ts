/** What pressing something would do, as far as its words tell. */
export type Meaning =
  | 'order'
  | 'buy-now'
  | 'back'
  | 'guest'
  | 'member'
  | 'add'
  | 'see-cart'
  | 'to-payment'
  | 'confirm'
  | 'checkout'
  | 'next'
  | 'dismiss'
  | 'other';

interface Row {
  readonly meaning: Meaning;
  readonly pattern: RegExp;
  /** What must be read so; a test runs all. */
  readonly examples: readonly string[];
}

/**
 * First match wins. What places an order comes first, and is told broadly: a word too many costs a recording by hand,
 * a word too few a customer's order. `確認画面へ` goes on, `注文を確定する` does not.
 */
export const MEANINGS: readonly Row[] = [
  {
    meaning: 'next',
    pattern: /(住所|お?届け先|配送先|お客様情報|会員情報|ご?依頼主)[^注購決]{0,8}(確定|決定)/,
    examples: ['お届け先を確定する', '住所を決定'],
  },
  {
    meaning: 'order',
    pattern:
      /確定|(注文|購入|決済|お?支払い?|お?申し?込み?)を?(完了|実行|送信)(?!画面|ページの)|(注文|購入|お?申し?込み?)完了(ページ|画面)?(へ|に)|(この|上記の?|以上の)内容で(ご?(注文|購入|決済|お?支払|お?申))|確認して(ご?(注文|購入|決済))|同意して(ご?(注文|購入|決済|申))/,
    examples: [
      '注文を確定する',
      'ご注文を確定',
      '購入を確定する',
      '注文完了ページへ',
      'この内容で注文する',
      '上記の内容で購入',
      '確認して注文する',
      '規約に同意して購入する',
      'ご注文を完了する',
    ],
  },
  {
    meaning: 'order',
    pattern:
      /(place|submit|complete|finali[sz]e|confirm|send|finish)( and)?( your| my| the)?\s*(order|purchase|payment|checkout|pay\b)|\bpay\s*(now|securely|today|by|with|[¥￥$€£]|\d|us\$|usd|jpy)|order\s*(now|with obligation)|agree and (pay|order|buy)|(buy|order|purchase) with\b/i,
    examples: [
      'Place order',
      'Place your order',
      'Pay now',
      'Pay $12.00',
      'Complete purchase',
      'Confirm order',
      'Confirm and pay',
      'Submit order',
      'Order now',
    ],
  },
  {
    meaning: 'buy-now',
    pattern: /今すぐ(購入|買|注文)|すぐに(購入|買う)|buy it now|buy now/i,
    examples: ['今すぐ購入', '今すぐ買う', 'Buy it now'],
  },
  {
    meaning: 'add',
    pattern:
      /(カート|かご|カゴ|籠|バッグ|バスケット)(の中)?(に|へ)(入れる|いれる|追加)|カートイン|add (\d+ )?(item )?to (my |your |the )?(shopping )?(cart|bag|basket|trolley)/i,
    examples: ['カートに入れる', '買い物かごに入れる', 'カートへ追加', 'Add to cart', 'Add to your bag'],
  },
  {
    meaning: 'back',
    pattern:
      /戻る|もどる|前の|キャンセル|取り?消|削除|変更|修正|編集|空にする|(買い物|ショッピング)を続け|一覧(へ|に)|\b(go )?back\b|return to|cancel|remove|delete|edit\b|change\b|clear|(continue|keep) shopping|update (cart|basket)|再計算|更新/i,
    examples: [
      '戻る',
      'お買い物を続ける',
      '数量を変更',
      'Back to cart',
      'Continue shopping',
      'Return to cart',
    ],
  },
  {
    meaning: 'guest',
    pattern:
      /ゲスト|非会員|会員登録(を)?(せず|しない|なし|不要)|登録(を)?せず|会員でない|guest|without (an? )?(account|regist|log|sign)|(初めて|はじめて)(ご購入|の方|ご利用|購入)/i,
    examples: [
      'ゲスト購入',
      '会員登録せずに購入する',
      '非会員の方はこちら',
      'Checkout as guest',
      'Continue without an account',
    ],
  },
  {
    meaning: 'member',
    pattern:
      /ログイン|ログアウト|会員登録|新規登録|マイページ|パスワード|log ?in|sign ?(in|up|out)|register|create (an |your )?account|my account|amazon|pay ?pal|楽天|line\b|apple ?pay|google ?pay|g pay|shop ?pay|paypay|au ?pay|d払い|メルカリ|paidy|atone|お気に入り|wish ?list|coupon|クーポン|メルマガ|newsletter|subscribe|検索|search/i,
    examples: ['ログイン', '新規会員登録', 'Sign in', 'Amazon Pay', 'PayPal', 'クーポンを使う', '検索'],
  },
  {
    meaning: 'see-cart',
    pattern:
      /(カート|かご|カゴ|バッグ|バスケット)(の中身?)?(を|へ|に|の)(見る|みる|確認|内容|進む|移動|表示)|カート(へ|に)$|(view|see|go to|open|show|check|my|your|shopping)( the| my| your| shopping)? (cart|bag|basket)|^(cart|bag|basket|カート|買い物かご|お買い物かご|ショッピングカート|買い物カゴ)([\s\d(（:：].*)?$/i,
    examples: ['カートを見る', '買い物かごをみる', 'カートへ進む', 'View cart', 'Your basket', 'Cart (1)'],
  },
  {
    meaning: 'to-payment',
    pattern:
      /カード情報.{0,6}(入力|へ)|クレジットカード.{0,4}(入力|画面)|決済(画面|手続き?|情報|ページ|へ)|お?支払い?(方法|画面|情報|手続き?)?(の(選択|入力|指定)|へ|に進|を(選択|指定|入力))|(enter|add) (your )?(card|payment)|to (the )?payment|payment (method|details|step)/i,
    examples: [
      'お支払い方法へ進む',
      '決済画面へ',
      'カード情報を入力する',
      'Continue to payment',
      'お支払いへ進む',
    ],
  },
  {
    meaning: 'checkout',
    pattern:
      /レジ(に|へ|カウンター|で)|(購入|注文|お?会計)(の)?(お)?手続き?|ご?(購入|注文)(画面|ページ|に|へ)(へ|進|すすむ)?|check ?out/i,
    examples: [
      'レジに進む',
      'ご購入手続きへ',
      'ご注文手続きへ',
      '購入へ進む',
      'Proceed to checkout',
      'Check out',
    ],
  },
  {
    meaning: 'confirm',
    pattern:
      /確認(画面|ページ|する|へ|に|$)|内容.{0,4}確認|(review|check|preview)( your| my| the)? (order|purchase|details|information)/i,
    examples: ['確認画面へ', '入力内容を確認する', 'ご注文内容の確認', 'Review order'],
  },
  {
    meaning: 'order',
    pattern:
      /(注文|購入|決済|お?支払い?|お?申し?込み?)(する|します|いたします)?$|^(order|pay|buy|purchase|donate)$/i,
    examples: ['購入する', '注文する', '購入', 'Pay', 'お支払い'],
  },
  {
    meaning: 'next',
    pattern:
      /次(へ|に|の)|進む|すすむ|続行|続け|送信|この(住所|配送|お?届け先)|\bnext\b|continue|proceed|save and/i,
    examples: ['次へ', '次のステップへ', '上記の住所へ進む', 'Next', 'Continue to shipping'],
  },
  {
    meaning: 'dismiss',
    pattern:
      /閉じる|とじる|拒否|同意(する|します)?$|許可しない|後で|あとで|はい、?.{0,4}20歳以上|(only )?necessary|essential only|reject|decline|accept|agree|got it|close|no,? thanks|dismiss|^(×|✕|ok)$/i,
    examples: ['閉じる', '同意する', 'Reject all', 'Accept all cookies', 'Close', '×'],
  },
];

/** Names in code that say the same although the words do not. */
const ORDERS_BY_NAME =
  /place ?order|complete ?order|order ?complete|submit ?order|order ?submit|confirm ?order|(do|pay) ?now/;

export function meaningOf(words: string, names = ''): Meaning {
  const text = words.normalize('NFKC').trim();
  const found = MEANINGS.find(({ pattern }) => pattern.test(text))?.meaning ?? 'other';
  return found !== 'order' && ORDERS_BY_NAME.test(names) ? 'order' : found;
}

/** A way of paying by card. Wallets and other ways do not count, though many name a card too. */
export const isCardChoice = (words: string): boolean => {
  const text = words.normalize('NFKC');
  return (
    /クレジット|カード(決済|払い|支払)|credit|debit|(^|[^a-z])cards?([^a-z]|$)|visa|master ?card|\bjcb\b/i.test(
      text,
    ) &&
    !/paypal|amazon|楽天|paypay|コンビニ|代金引換|代引|銀行|後払い|キャリア|apple ?pay|google ?pay|gift|ギフト|プリペイド|ポイント|bank|cash on|登録済み|saved card/i.test(
      text,
    )
  );
};

export const PAYS_OTHERWISE =
  /銀行振込|代金?引換?|代引|コンビニ|後払い|郵便振替|ペイジー|paypay|楽天(ペイ|id)|amazon ?pay|apple ?pay|google ?pay|bank transfer|cash on delivery|pay ?pal|wire transfer|che(ck|que) payment|direct debit|invoice/i;
export const AGREES = /規約|同意|個人情報|プライバシー|特定商取引|terms|conditions|agree|privacy|consent/i;
export const SUBSCRIBES =
  /メルマガ|メールマガジン|ニュースレター|お知らせメール|newsletter|subscribe|offers|marketing|news and/i;
export const MAKES_ACCOUNT = /会員登録|アカウント|account|パスワード|password|remember|保存|save/i;
export const CART_EMPTY =
  /カート(内|の中)?(に|は).{0,12}((ござい|あり)ません|空|入って(い|お)?(ない|りません))|かごは(空|から)|かごに.{0,8}(ありません|ございません)|(cart|bag|basket) is (currently )?empty|nothing in your (cart|bag|basket)/i;
export const CONFIRM_PAGE =
  /(注文|購入|入力)(内容|情報)?の?(ご?確認|最終確認)|最終確認|confirm (your )?order|order (confirmation|review|summary)$|review (and place )?(your )?order/i;
export const CART_PAGE = /カート|買い物(かご|カゴ)|\b(cart|basket|bag)\b/i;
export const CHECKOUT_PAGE =
  /注文|購入|お届け|ご?配送|お支払|レジ|check ?out|order|shopping|payment|shipping|delivery|billing|kessai/i;
export const ASKS_FOR_PATIENCE =
  /アクセスが(集中|混み)|混み合って|しばらく(時間を|お待ち|経って)|順番にご案内|too many requests|rate limit|slow down|waiting room|you are (now )?in (the )?(line|queue)|try again later|temporarily unavailable/i;
export const TURNS_ROBOTS_AWAY =
  /access denied|ロボット(では|による)|自動(化された)?アクセス|不正な?アクセス|you have been blocked|are you a robot|verify (that )?you are (a )?human|checking your browser/i;
