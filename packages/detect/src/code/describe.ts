import { type Text, text } from '@komainu/model';
import { listed } from '../show.ts';
import type { CodeChange } from './compare.ts';

const amount = (bytes: number): string => Math.abs(bytes).toLocaleString('en-US');

/** How much longer or shorter, and by how many lines. */
export function amountOf({ bytes, linesAdded, linesRemoved }: CodeChange): readonly Text[] {
  const said: Text[] = [];
  if (bytes !== 0)
    said.push(
      text(
        `it is ${amount(bytes)} bytes ${bytes > 0 ? 'longer' : 'shorter'}`,
        `${amount(bytes)}バイト${bytes > 0 ? '増えました' : '減りました'}`,
      ),
    );
  if (linesAdded + linesRemoved > 0)
    said.push(
      text(
        `${linesAdded} ${linesAdded === 1 ? 'line' : 'lines'} added, ${linesRemoved} removed`,
        `${linesAdded}行追加、${linesRemoved}行削除されました`,
      ),
    );
  return said;
}

/** Clauses as one sentence; null when there are none. */
export function sentence(clauses: readonly Text[]): Text | null {
  if (clauses.length === 0) return null;
  const en = clauses.map((clause) => clause.en).join('; ');
  return text(`${en[0]?.toUpperCase() ?? ''}${en.slice(1)}.`, `${clauses.map(({ ja }) => ja).join('。')}。`);
}

/** A change of code as a sentence a shop owner can read out to an engineer. */
export function describe(change: CodeChange): Text {
  const { hosts, signs, hidden } = change;
  const said = [...amountOf(change)];
  if (hosts.length > 0)
    said.push(
      text(`it now names ${listed(hosts, 'en')}`, `新たに ${listed(hosts, 'ja')} の名前が含まれています`),
    );
  if (signs.length > 0)
    said.push(
      text(
        `it now ${signs.map((sign) => sign.does.en).join(', ')}`,
        `新たに次の動作が加わっています：${signs.map((sign) => sign.does.ja).join('、')}`,
      ),
    );
  if (hidden)
    said.push(text('it holds a long hidden (base64) text', '長い隠し文字列（base64）が含まれています'));
  return sentence(said) ?? text('Its bytes differ.', '内容が変わっています。');
}

/** A stranger's code in words: whom it names and what it does. */
export function describeNew({ bytes, hosts, signs, hidden }: CodeChange): Text {
  const en = [`${amount(bytes)} bytes`];
  const ja = [`${amount(bytes)}バイト`];
  if (hosts.length > 0) {
    en.push(`names ${listed(hosts, 'en')}`);
    ja.push(`${listed(hosts, 'ja')} の名前を含む`);
  }
  for (const sign of signs) {
    en.push(sign.does.en);
    ja.push(sign.does.ja);
  }
  if (hidden) {
    en.push('holds a long hidden (base64) text');
    ja.push('長い隠し文字列（base64）を含む');
  }
  return text(`What it is: ${en.join('; ')}.`, `内容：${ja.join('、')}。`);
}
