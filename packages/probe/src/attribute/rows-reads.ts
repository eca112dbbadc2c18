import type { Row } from './rows.ts';

const read = (place: string, example: string, more: Partial<Row> = {}): Row => ({
  api: place.replace(/^\w+ /, '').replace('.prototype.', '.'),
  act: 'read',
  place,
  look: 'result',
  example,
  ...more,
});

/** Ways to a typed value: fields, events, the clipboard, forms, the document's text. */
export const READS: readonly Row[] = [
  read('get HTMLInputElement.prototype.value', 'field.value'),
  read('get HTMLInputElement.prototype.valueAsNumber', 'field.type = "number"; field.valueAsNumber'),
  read('get HTMLInputElement.prototype.defaultValue', 'field.defaultValue = card; field.defaultValue'),
  read('get HTMLTextAreaElement.prototype.value', 'area.value'),
  read('get HTMLSelectElement.prototype.value', 'menu.value'),
  read('get HTMLSelectElement.prototype.selectedIndex', 'menu.selectedIndex'),
  read('get HTMLSelectElement.prototype.selectedOptions', 'menu.selectedOptions'),
  read('get Node.prototype.textContent', 'editable.textContent', { look: 'holds', sampled: true }),
  read('get HTMLElement.prototype.innerText', 'editable.innerText', { look: 'holds', sampled: true }),
  read('get Element.prototype.innerHTML', 'editable.innerHTML', { look: 'holds', sampled: true }),
  read('get Element.prototype.outerHTML', 'editable.outerHTML', { look: 'holds', sampled: true }),
  read('call Element.prototype.getHTML', 'editable.getHTML()', { look: 'holds', sampled: true }),
  read('get CharacterData.prototype.data', 'editable.firstChild.data', { look: 'holds', sampled: true }),
  read('get Node.prototype.nodeValue', 'editable.firstChild.nodeValue', { look: 'holds', sampled: true }),
  read(
    'call XMLSerializer.prototype.serializeToString',
    'field.setAttribute("value", card); new XMLSerializer().serializeToString(form)',
  ),
  read(
    'call Element.prototype.getAttribute',
    'field.setAttribute("value", card); field.getAttribute("value")',
    {
      sampled: true,
    },
  ),
  read('call FormData', 'new FormData(form)', { look: 'form' }),
  read('call FormData.prototype.get', 'new FormData(form).get("card")'),
  read('call FormData.prototype.getAll', 'new FormData(form).getAll("card")'),
  read('call FormData.prototype.entries', '[...new FormData(form).entries()]', { look: 'pairs' }),
  read('call FormData.prototype.values', '[...new FormData(form).values()]', { look: 'pairs' }),
  read('call FormData.prototype.forEach', 'new FormData(form).forEach(() => {})', { look: 'pairs' }),
  read('get InputEvent.prototype.data', 'input.data', { look: 'event' }),
  read('get KeyboardEvent.prototype.key', 'event.key', { look: 'event' }),
  read('get KeyboardEvent.prototype.code', 'event.code', { look: 'event' }),
  read('get KeyboardEvent.prototype.keyCode', 'event.keyCode', { look: 'event' }),
  read('get KeyboardEvent.prototype.charCode', 'press.charCode', { look: 'event' }),
  read('get UIEvent.prototype.which', 'event.which', { look: 'event' }),
  read(
    'call DataTransfer.prototype.getData',
    'const d = new DataTransfer(); d.setData("text", card); d.getData("text")',
  ),
  read(
    'call Selection.prototype.toString',
    'getSelection().selectAllChildren(editable); getSelection().toString()',
  ),
  read(
    'call Range.prototype.toString',
    'const r = document.createRange(); r.selectNodeContents(editable); r.toString()',
  ),
  read(
    'get FormDataEvent.prototype.formData',
    'form.addEventListener("formdata", (e) => e.formData); new FormData(form)',
  ),
];
