import { type Text, text } from '@komainu/model';

/** Something code can do that matters on a payment page or on the server behind it. */
export interface Sign {
  readonly id: string;
  /** Completes "it …". */
  readonly does: Text;
  readonly pattern: RegExp;
  /** Must match. */
  readonly example: string;
  /** `script`: worth a look. `attack`: hardly ever in honest code of a payment page. */
  readonly weight: 'script' | 'attack';
}

/** Indicators, not proof: they tell a shop owner in words what an altered piece of code has gained. */
export const SIGNS: readonly Sign[] = [
  {
    id: 'sends',
    does: text('sends data over the network', '外部へデータを送信する'),
    pattern: /\bfetch\s*\(|XMLHttpRequest|sendBeacon|\$\.(?:post|ajax)\s*\(|\baxios\b|fetchLater/,
    example: 'navigator.sendBeacon(u, d)',
    weight: 'script',
  },
  {
    id: 'opens-channel',
    does: text('opens a lasting connection', '常時接続を開く'),
    pattern: /\bnew\s+(?:WebSocket|EventSource|RTCPeerConnection|WebTransport)\b/,
    example: 'new WebSocket("wss://a.test")',
    weight: 'script',
  },
  {
    id: 'loads-code',
    does: text('loads further code', '別のコードを読み込む'),
    pattern: /createElement\s*\(\s*['"`]script|\bimportScripts\s*\(|document\.write|serviceWorker\.register/,
    example: "document.createElement('script')",
    weight: 'script',
  },
  {
    id: 'image-request',
    does: text('sends data in the address of an image', '画像の読み込みに見せかけてデータを送る'),
    pattern: /new\s+Image\b|createElement\s*\(\s*['"`]img/,
    example: 'new Image().src = u',
    weight: 'script',
  },
  {
    id: 'eval',
    does: text('builds code and runs it (eval)', '文字列からコードを作って実行する（eval）'),
    pattern:
      /\beval\s*\(|\bnew\s+Function\b|\bset(?:Timeout|Interval)\s*\(\s*['"`]|\bassert\s*\(\s*\$|create_function/,
    example: 'eval(atob(s))',
    weight: 'attack',
  },
  {
    id: 'hides',
    does: text('hides what it says (base64, character codes)', '中身を隠す（base64や文字コード）'),
    pattern:
      /\b(?:atob|btoa)\s*\(|fromCharCode|base64_decode|gzinflate|str_rot13|(?:\\x[0-9a-f]{2}){8}|(?:\\u00[0-9a-f]{2}){8}|_0x[0-9a-f]{4}/i,
    example: 'String.fromCharCode(104)',
    weight: 'attack',
  },
  {
    id: 'reads-card',
    does: text('names card fields', 'カードの入力欄を扱う'),
    pattern: /card[_-]?num|cc[_-]?num|\bcvv\b|\bcvc\b|cc-number|cc-csc|security[_-]?code|card[_-]?no\b/i,
    example: "q('[name=card_number]')",
    weight: 'script',
  },
  {
    id: 'listens',
    does: text('listens to what is typed or clicked', '入力やクリックを監視する'),
    pattern:
      /addEventListener\s*\(\s*['"`](?:input|key\w+|change|blur|submit|paste|pagehide|beforeunload)|\.on(?:input|key\w+|change|blur|submit)\s*=/,
    example: "addEventListener('keyup', f)",
    weight: 'script',
  },
  {
    id: 'overlay',
    does: text('puts a frame or form into the page', 'ページにフレームやフォームを差し込む'),
    pattern: /createElement\s*\(\s*['"`](?:iframe|form)|insertAdjacentHTML|<iframe/i,
    example: "document.createElement('iframe')",
    weight: 'script',
  },
  {
    id: 'runs-commands',
    does: text('runs commands on the server', 'サーバーでコマンドを実行する'),
    pattern: /\b(?:shell_exec|passthru|proc_open|popen|pcntl_exec)\s*\(|\bsystem\s*\(\s*\$|\bchild_process\b/,
    example: 'shell_exec($c)',
    weight: 'attack',
  },
  {
    id: 'writes-files',
    does: text('writes to files on the server', 'サーバー上のファイルに書き込む'),
    pattern:
      /file_put_contents|\bfwrite\s*\(|move_uploaded_file|\b(?:append|write)File(?:Sync)?\s*\(|createWriteStream/,
    example: 'appendFileSync(p, line)',
    weight: 'script',
  },
  {
    id: 'takes-post',
    does: text('takes whatever the customer sends', '利用者が送った内容をそのまま受け取る'),
    pattern: /\$_(?:POST|REQUEST|GET|COOKIE)\b|php:\/\/input/,
    example: '$_POST["card"]',
    weight: 'script',
  },
  {
    id: 'sets-time-back',
    does: text("sets a file's time stamp back", 'ファイルの更新日時を偽る'),
    pattern: /\btouch\s*\(|\butimes(?:Sync)?\s*\(/,
    example: 'touch($f, $t)',
    weight: 'attack',
  },
  {
    id: 'mails',
    does: text('sends mail or calls other servers', 'メールを送る、または他のサーバーへ接続する'),
    pattern: /\bmail\s*\(|curl_exec|fsockopen|stream_socket_client/,
    example: 'curl_exec($h)',
    weight: 'script',
  },
];

/** A long text of base64 alphabet: hidden data or code, since honest code keeps such things in files of their own. */
export const hidesText = (code: string): boolean =>
  code.matchAll(/[A-Za-z0-9+/]{40,}/g).some(([run]) => run.length >= 400);
