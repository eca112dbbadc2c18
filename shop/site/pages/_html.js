// Escaping templates: every value is escaped unless it is itself a piece of markup made here.
class Markup {
  constructor(text) {
    this.text = text;
  }
  toString() {
    return this.text;
  }
}
const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const piece = (value) => {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(piece).join('');
  if (value === undefined || value === null || value === false || value === true) return '';
  return String(value).replaceAll(/[&<>"']/g, (c) => entities[c]);
};
export const raw = (text) => new Markup(text);
export const html = (strings, ...values) =>
  new Markup(strings.reduce((text, part, index) => text + piece(values[index - 1]) + part));
export const yen = (amount) => `¥${Number(amount).toLocaleString('ja-JP')}`;
