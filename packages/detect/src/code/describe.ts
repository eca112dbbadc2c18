import { type Text, text } from '@komainu/model';
import { listed } from '../show.ts';
import type { CodeChange } from './compare.ts';

const amount = (bytes: number): string => Math.abs(bytes).toLocaleString('en-US');

/** A change of code as a sentence a shop owner can read out to an engineer. */
export function describe(change: CodeChange): Text {
  const { bytes, linesAdded, linesRemoved, hosts, signs, hidden } = change;
  const en: string[] = [];
  const ja: string[] = [];
  if (bytes !== 0) {
    en.push(`it is ${amount(bytes)} bytes ${bytes > 0 ? 'longer' : 'shorter'}`);
    ja.push(`${amount(bytes)}バイト${bytes > 0 ? '増えました' : '減りました'}`);
  }
  if (linesAdded + linesRemoved > 0) {
    en.push(`${linesAdded} ${linesAdded === 1 ? 'line' : 'lines'} added, ${linesRemoved} removed`);
    ja.push(`${linesAdded}行追加、${linesRemoved}行削除されました`);
  }
  if (hosts.length > 0) {
    en.push(`it now names ${listed(hosts, 'en')}`);
    ja.push(`新たに ${listed(hosts, 'ja')} の名前が含まれています`);
  }
  if (signs.length > 0) {
    en.push(`it now ${signs.map((sign) => sign.does.en).join(', ')}`);
    ja.push(`新たに次の動作が加わっています：${signs.map((sign) => sign.does.ja).join('、')}`);
  }
  if (hidden) {
    en.push('it holds a long hidden (base64) text');
    ja.push('長い隠し文字列（base64）が含まれています');
  }
  if (en.length === 0) return text('Its bytes differ.', '内容が変わっています。');
  const sentence = en.join('; ');
  return text(`${sentence[0]?.toUpperCase() ?? ''}${sentence.slice(1)}.`, `${ja.join('。')}。`);
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
