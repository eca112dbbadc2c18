import type { AnyNode, CallExpression, MemberExpression } from 'acorn';
import { applied, called } from './evaluate.ts';
import type { Binding, Name } from './tree.ts';

/** What can be known of an expression without running the script. */
export type Value = string | number | boolean | readonly Value[];
export type Known = Value | undefined;

/** Values of the parameters of a function that is followed. */
type Given = ReadonlyMap<Binding, Value>;

export interface Folder {
  /** The value of an expression, or undefined. */
  fold(node: AnyNode): Known;
  /** A text of which only some parts are known, `*` for the others; undefined when none is. */
  partly(node: AnyNode): string | undefined;
  /** The name of a property: `.x`, `['x']`, `['x' + y]` with y known. */
  property(node: MemberExpression): string | undefined;
  /** The name of the browser an expression stands for (`window` of `w`), if any. */
  globalOf(node: AnyNode): string | undefined;
}

/** Per script: a hostile one must not cost more than its size is worth. */
const MAX_STEPS = 2_000_000;
const MAX_UNITS = 16 * 1024 * 1024;
const MAX_DEPTH = 40;

export function newFolder(): Folder {
  const memo = new Map<AnyNode, Known>();
  let steps = MAX_STEPS;
  let units = MAX_UNITS;

  const fold = (node: AnyNode, depth: number, given: Given | null): Known => {
    switch (node.type) {
      case 'Literal':
        return typeof node.value === 'string' ||
          typeof node.value === 'number' ||
          typeof node.value === 'boolean'
          ? node.value
          : undefined;
      case 'Identifier':
        return named(node, depth, given);
      case 'TemplateLiteral':
        if (node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? undefined;
        break;
      case 'BinaryExpression':
      case 'UnaryExpression':
      case 'ArrayExpression':
      case 'CallExpression':
      case 'NewExpression':
      case 'MemberExpression':
      case 'SequenceExpression':
      case 'ChainExpression':
        break;
      default:
        return undefined;
    }
    if (depth > MAX_DEPTH || steps-- <= 0 || units <= 0) return undefined;
    if (given !== null) return counted(compound(node, depth + 1, given));
    if (memo.has(node)) return memo.get(node);
    // Before the answer is known: an expression that needs itself has none.
    memo.set(node, undefined);
    const value = counted(compound(node, depth + 1, given));
    memo.set(node, value);
    return value;
  };
  const counted = (value: Known): Known => {
    if (typeof value === 'string' || Array.isArray(value)) units -= value.length;
    return units <= 0 ? undefined : value;
  };

  const named = (node: Name, depth: number, given: Given | null): Known => {
    const { binding } = node;
    if (binding === undefined) return undefined;
    const value = given?.get(binding);
    if (value !== undefined) return value;
    if (binding.writes !== 1 || binding.value === null || depth > MAX_DEPTH) return undefined;
    if (binding.value.type === 'ArrayExpression' && binding.spoiled) return undefined;
    return fold(binding.value, depth + 1, null);
  };

  const compound = (node: AnyNode, depth: number, given: Given | null): Known => {
    switch (node.type) {
      case 'TemplateLiteral': {
        let text = '';
        for (const [place, quasi] of node.quasis.entries()) {
          text += quasi.value.cooked ?? '';
          const expression = node.expressions[place];
          if (expression === undefined) continue;
          const value = fold(expression, depth, given);
          if (value === undefined || typeof value === 'object') return undefined;
          text += String(value);
        }
        return text;
      }
      case 'BinaryExpression': {
        if (node.operator === '+') return sum(operands(node), depth, given);
        if (node.left.type === 'PrivateIdentifier') return undefined;
        const left = fold(node.left, depth, given);
        const right = left === undefined ? undefined : fold(node.right, depth, given);
        return typeof left === 'number' && typeof right === 'number'
          ? applied(node.operator, left, right)
          : undefined;
      }
      case 'UnaryExpression': {
        const value = fold(node.argument, depth, given);
        if (node.operator === '!') {
          if (node.argument.type === 'ArrayExpression') return false;
          return value === undefined || typeof value === 'object' ? undefined : !value;
        }
        if (typeof value !== 'number')
          return node.operator === '+' && typeof value === 'string' ? Number(value) : undefined;
        return node.operator === '-'
          ? -value
          : node.operator === '+'
            ? value
            : node.operator === '~'
              ? ~value
              : undefined;
      }
      case 'ArrayExpression': {
        const values: Value[] = [];
        for (const element of node.elements) {
          if (element === null || element.type === 'SpreadElement') return undefined;
          const value = fold(element, depth, given);
          if (value === undefined) return undefined;
          values.push(value);
        }
        return values;
      }
      case 'SequenceExpression': {
        const last = node.expressions.at(-1);
        return last === undefined ? undefined : fold(last, depth, given);
      }
      case 'ChainExpression':
        return fold(node.expression, depth, given);
      case 'MemberExpression':
        return memberOf(node, depth, given);
      case 'NewExpression': {
        const bytes = globalOf(node.callee);
        const [first] = node.arguments;
        return (bytes === 'Uint8Array' || bytes === 'Array') && first !== undefined
          ? arrayOnly(fold(first, depth, given))
          : undefined;
      }
      case 'CallExpression':
        return callOf(node, depth, given);
      default:
        return undefined;
    }
  };

  const memberOf = (node: MemberExpression, depth: number, given: Given | null): Known => {
    const { object } = node;
    if (object.type === 'Super') return undefined;
    const name = keyOf(node, depth, given);
    if (name === undefined) return undefined;
    // A table of texts, as flattened code keeps them.
    if (object.type === 'Identifier') {
      const table = (object as Name).binding;
      if (table?.writes === 1 && table.value?.type === 'ObjectExpression') {
        const entry = table.value.properties.find(
          (property) =>
            property.type === 'Property' && !property.computed && nameOfKey(property.key) === String(name),
        );
        return entry?.type === 'Property' ? fold(entry.value, depth, null) : undefined;
      }
    }
    const of = fold(object, depth, given);
    if (typeof of !== 'string' && !Array.isArray(of)) return undefined;
    if (name === 'length') return of.length;
    const place = Number(name);
    return Number.isInteger(place) ? of[place] : undefined;
  };

  const callOf = (node: CallExpression, depth: number, given: Given | null): Known => {
    const { callee } = node;
    if (callee.type === 'Super') return undefined;
    const values = (): readonly Known[] =>
      node.arguments.flatMap((argument): readonly Known[] => {
        if (argument.type !== 'SpreadElement') return [fold(argument, depth, given)];
        const spread = fold(argument.argument, depth, given);
        return Array.isArray(spread) ? spread : [undefined];
      });
    if (callee.type === 'MemberExpression' && callee.object.type !== 'Super') {
      const method = keyOf(callee, depth, given);
      if (typeof method !== 'string') return undefined;
      const [first] = node.arguments;
      if (method === 'map' && first !== undefined) {
        const list = fold(callee.object, depth, given);
        return Array.isArray(list) ? mapped(list, first, depth, given) : undefined;
      }
      if (method === 'replace' || method === 'replaceAll' || method === 'split') {
        const on = fold(callee.object, depth, given);
        const pattern = first?.type === 'Literal' && first.regex !== undefined ? first.regex : undefined;
        if (pattern !== undefined) return called(method, on, [undefined, ...values().slice(1)], pattern);
      }
      // `String.fromCharCode.apply(null, list)`
      if (method === 'apply' && callee.object.type === 'MemberExpression') {
        const list = arrayOnly(values()[1]);
        const of = globalOf(callee.object.object);
        const name = keyOf(callee.object, depth, given);
        return list === undefined || of === undefined
          ? undefined
          : called(`${of}.${String(name)}`, undefined, list);
      }
      const of = globalOf(callee.object);
      if (of !== undefined && !isWindow(of)) return called(`${of}.${method}`, undefined, values());
      if (of !== undefined) return called(method, undefined, values());
      if (method === 'decode') return called('decode', undefined, values());
      const on = fold(callee.object, depth, given);
      return on === undefined ? undefined : called(method, on, values());
    }
    const name = globalOf(callee);
    if (name !== undefined) return called(name, undefined, values());
    if (callee.type !== 'Identifier') return undefined;
    const { binding } = callee as Name;
    const body = binding?.writes === 1 ? binding.value : null;
    return body === null || body === undefined ? undefined : followed(body, values(), depth);
  };

  /** A function that does nothing but return something made of its parameters. */
  const followed = (node: AnyNode, values: readonly Known[], depth: number): Known => {
    if (
      node.type !== 'FunctionExpression' &&
      node.type !== 'FunctionDeclaration' &&
      node.type !== 'ArrowFunctionExpression'
    )
      return undefined;
    const only = node.body.type === 'BlockStatement' ? node.body.body[0] : undefined;
    const result =
      node.body.type !== 'BlockStatement'
        ? node.body
        : node.body.body.length === 1 && only?.type === 'ReturnStatement'
          ? only.argument
          : undefined;
    if (result === null || result === undefined) return undefined;
    const given = new Map<Binding, Value>();
    for (const [place, param] of node.params.entries()) {
      const binding = param.type === 'Identifier' ? (param as Name).binding : undefined;
      const value = values[place];
      if (binding === undefined || value === undefined) continue;
      given.set(binding, value);
    }
    return fold(result, depth, given);
  };

  const mapped = (list: readonly Value[], by: AnyNode, depth: number, given: Given | null): Known => {
    const results: Value[] = [];
    const known = globalOf(by);
    const method = by.type === 'MemberExpression' ? keyOf(by, depth, given) : undefined;
    const of = by.type === 'MemberExpression' ? globalOf(by.object) : undefined;
    for (const [place, value] of list.entries()) {
      if (steps-- <= 0) return undefined;
      const result =
        of === 'String' && typeof method === 'string'
          ? called(`String.${method}`, undefined, [value])
          : known !== undefined
            ? called(known, undefined, [value])
            : followed(by, [value, place], depth);
      if (result === undefined) return undefined;
      results.push(result);
    }
    return results;
  };

  const sum = (parts: readonly AnyNode[], depth: number, given: Given | null): Known => {
    let total: Known;
    for (const part of parts) {
      const value = fold(part, depth, given);
      if (value === undefined || typeof value === 'object') return undefined;
      if (total === undefined) total = value;
      else
        total =
          typeof total === 'number' && typeof value === 'number'
            ? total + value
            : String(total) + String(value);
    }
    return total;
  };

  const keyOf = (node: MemberExpression, depth: number, given: Given | null): string | number | undefined => {
    if (!node.computed) return nameOfKey(node.property);
    if (node.property.type === 'PrivateIdentifier') return undefined;
    const value = fold(node.property, depth, given);
    return typeof value === 'string' || typeof value === 'number' ? value : undefined;
  };

  const globalOf = (node: AnyNode, depth = 0): string | undefined => {
    if (node.type === 'ThisExpression') return depth === 0 ? undefined : 'window';
    if (node.type === 'Identifier') {
      const { binding } = node as Name;
      if (binding === undefined) return node.name;
      const same = binding.writes === 1 && binding.value !== null && depth < 8;
      return same && binding.value !== null ? globalOf(binding.value, depth + 1) : undefined;
    }
    if (node.type === 'LogicalExpression')
      return globalOf(node.left, depth + 1) ?? globalOf(node.right, depth + 1);
    if (node.type === 'MemberExpression' && node.object.type !== 'Super' && depth < 8) {
      const of = globalOf(node.object, depth + 1);
      const name = of !== undefined && isWindow(of) ? keyOf(node, depth, null) : undefined;
      return typeof name === 'string' ? name : undefined;
    }
    return undefined;
  };

  return {
    fold: (node) => fold(node, 0, null),
    partly(node) {
      const parts = partsOfText(node);
      let known = false;
      const texts = parts.map((part) => {
        if (typeof part === 'string') return part;
        const value = fold(part, 0, null);
        if (value === undefined || typeof value === 'object') return '*';
        known ||= typeof value === 'string';
        return String(value);
      });
      return known || parts.some((part) => typeof part === 'string' && part !== '')
        ? texts.join('')
        : undefined;
    },
    property(node) {
      const name = keyOf(node, 0, null);
      return name === undefined ? undefined : String(name);
    },
    globalOf: (node) => globalOf(node),
  };
}

const arrayOnly = (value: Known): readonly Value[] | undefined => (Array.isArray(value) ? value : undefined);

export const isWindow = (name: string): boolean =>
  name === 'window' ||
  name === 'self' ||
  name === 'globalThis' ||
  name === 'top' ||
  name === 'parent' ||
  name === 'frames';

export const nameOfKey = (key: AnyNode): string | undefined =>
  key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : undefined;

/** `a + b + c` as a list; chains of thousands are common, so no recursion to the left. */
export function operands(node: AnyNode): readonly AnyNode[] {
  const parts: AnyNode[] = [];
  let at = node;
  while (at.type === 'BinaryExpression' && at.operator === '+') {
    parts.push(at.right);
    at = at.left;
  }
  parts.push(at);
  return parts.toReversed();
}

function partsOfText(node: AnyNode): readonly (AnyNode | string)[] {
  if (node.type !== 'TemplateLiteral') return operands(node);
  return node.quasis.flatMap((quasi, place): readonly (AnyNode | string)[] => {
    const expression = node.expressions[place];
    const text = quasi.value.cooked ?? '';
    return expression === undefined ? [text] : [text, expression];
  });
}
