import type {
  AnyNode,
  AssignmentExpression,
  CallExpression,
  Literal,
  MemberExpression,
  NewExpression,
} from 'acorn';
import type { Collector } from './collect.ts';
import { type Folder, isWindow, nameOfKey, newFolder, operands } from './fold.ts';
import type { Gauge } from './gauge.ts';
import { EVENTS, HOOKED, TARGETED, TARGETS } from './traits.ts';
import { eachChild, type Name } from './tree.ts';

type Role = 'read' | 'call' | 'write' | 'both' | 'type';

const AJAX = new Set(['ajax', 'post', 'get', 'getJSON', 'request', 'put']);
const LISTENERS = new Set(['on', 'one', 'bind', 'live', 'delegate']);
const DEEP = new Set(['BinaryExpression', 'TemplateLiteral']);

/** Tells the collector what a bound tree names and does, and the gauge how much of it hides. */
export function walk(root: AnyNode, collect: Collector, gauge: Gauge): void {
  const folder = newFolder();
  const visit = (node: AnyNode, role: Role = 'read'): void => {
    switch (node.type) {
      case 'Identifier':
        named(node, role, collect, gauge);
        return;
      case 'MemberExpression':
        member(node, role, folder, collect, gauge);
        visit(node.object);
        if (node.computed) visit(node.property);
        return;
      case 'CallExpression':
      case 'NewExpression': {
        called(node, folder, collect, gauge);
        if (node.callee.type !== 'Super') visit(node.callee, 'call');
        for (const argument of node.arguments) visit(argument);
        return;
      }
      case 'AssignmentExpression':
        assigned(node, folder, collect);
        visit(node.left, node.operator === '=' ? 'write' : 'both');
        visit(node.right);
        return;
      case 'BinaryExpression':
      case 'TemplateLiteral':
        if (node.type === 'BinaryExpression' && node.operator !== '+') {
          if (node.operator === '^' && (isCode(node.left, folder) || isCode(node.right, folder)))
            collect.add('xor', node.start);
          break;
        }
        {
          const text = folder.partly(node);
          if (text !== undefined) collect.text(text, node.start);
          const parts = node.type === 'BinaryExpression' ? operands(node) : node.expressions;
          for (const part of parts) {
            if (part.type === 'Literal') gauge.literal(part);
            else if (!(text !== undefined && DEEP.has(part.type) && folder.fold(part) !== undefined))
              visit(part);
          }
        }
        return;
      case 'UnaryExpression':
        visit(
          node.argument,
          node.operator === 'typeof' && node.argument.type === 'Identifier' ? 'type' : 'read',
        );
        return;
      case 'Literal':
        literal(node, collect, gauge);
        return;
      case 'TemplateElement':
        return;
      case 'ArrayExpression':
        gauge.list(node.elements);
        break;
      case 'Property':
      case 'MethodDefinition':
      case 'PropertyDefinition': {
        const name = node.computed ? undefined : nameOfKey(node.key);
        if (name !== undefined) collect.words(name, node.key.start);
        if (node.computed) visit(node.key);
        if (node.value !== null && node.value !== undefined) visit(node.value);
        return;
      }
      case 'DebuggerStatement':
        collect.add('debugger', node.start);
        gauge.trap();
        return;
      case 'ImportExpression':
        collect.add('import', node.start);
        break;
      case 'WhileStatement':
      case 'ForStatement':
      case 'DoWhileStatement':
        gauge.loop(node);
        break;
      case 'LabeledStatement':
        visit(node.body);
        return;
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'MetaProperty':
        return;
      default:
    }
    eachChild(node, visit);
  };
  visit(root);
}

function named(node: Name, role: Role, collect: Collector, gauge: Gauge): void {
  gauge.name(node.name);
  if (node.binding !== undefined || role === 'type') return;
  if (role !== 'write') collect.global(node.name, node.start);
  if (role === 'call') collect.call(node.name, node.start);
  if (role === 'write' || role === 'both') {
    if (node.name === 'location') collect.add('navigate', node.start);
    else if (HOOKED.has(node.name)) collect.add('hook', node.start, node.name);
    else if (node.name === 'console') collect.add('console', node.start);
  }
}

function member(node: MemberExpression, role: Role, folder: Folder, collect: Collector, gauge: Gauge): void {
  const name = folder.property(node);
  if (name === undefined) return;
  if (!node.computed) gauge.name(name);
  const at = node.property.start;
  collect.words(name, at);
  if (role !== 'write') {
    collect.member(name, at);
    if (role === 'call') collect.call(name, at);
    const of = folder.globalOf(node.object);
    if (of !== undefined && isWindow(of) && !isMember(name)) collect.global(name, at);
  }
  if (role === 'write' || role === 'both') written(node, name, folder, collect);
}

/** Counted as a property already. */
const isMember = (name: string): boolean =>
  name.endsWith('Storage') ||
  name === 'XMLHttpRequest' ||
  name === 'indexedDB' ||
  name === 'postMessage' ||
  name === 'CryptoJS' ||
  name === 'JSEncrypt';

function written(node: MemberExpression, name: string, folder: Folder, collect: Collector): void {
  const at = node.property.start;
  const { object } = node;
  collect.write(name, at);
  if (name.startsWith('on') && EVENTS.has(name.slice(2))) collect.add('listen', at, name.slice(2));
  const of = folder.globalOf(object);
  const last = object.type === 'MemberExpression' ? folder.property(object) : of;
  if (name === 'location' || (name === 'href' && last === 'location')) collect.add('navigate', at);
  if (last === 'console') collect.add('console', at);
  const prototype =
    last === 'prototype' &&
    object.type === 'MemberExpression' &&
    folder.globalOf(object.object) !== undefined;
  if (HOOKED.has(name) && (of !== undefined || prototype)) collect.add('hook', at, name);
}

function assigned(node: AssignmentExpression, folder: Folder, collect: Collector): void {
  if (node.left.type !== 'MemberExpression') return;
  const name = folder.property(node.left);
  if (name !== undefined && TARGETS.has(name)) collect.target(folder.partly(node.right) ?? '');
  if (node.operator === '^=' && isCode(node.right, folder)) collect.add('xor', node.start);
  // `a.href = 'javascript:…'` and texts given to a handler run as code.
  const value =
    name === 'href' || name === 'src' || name?.startsWith('on') === true
      ? folder.fold(node.right)
      : undefined;
  if (typeof value === 'string' && (name?.startsWith('on') === true || /^\s{0,9}javascript:/i.test(value)))
    collect.code(value.replace(/^\s{0,9}javascript:/i, ''), node.start);
}

const isCode = (node: AnyNode, folder: Folder): boolean => {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return false;
  const name = folder.property(node.callee);
  return name === 'charCodeAt' || name === 'codePointAt';
};

const isFunction = (node: AnyNode | undefined): boolean =>
  node?.type === 'FunctionExpression' || node?.type === 'ArrowFunctionExpression';

function called(
  node: CallExpression | NewExpression,
  folder: Folder,
  collect: Collector,
  gauge: Gauge,
): void {
  const { callee, start } = node;
  const args = node.arguments;
  if (callee.type === 'Super') return;
  const at = (place: number): string | undefined => {
    const argument = args[place];
    const value =
      argument === undefined || argument.type === 'SpreadElement' ? undefined : folder.fold(argument);
    return typeof value === 'string' ? value : undefined;
  };
  const object = callee.type === 'MemberExpression' ? callee.object : undefined;
  const of = object === undefined ? undefined : folder.globalOf(object);
  const name = callee.type === 'MemberExpression' ? folder.property(callee) : folder.globalOf(callee);
  const value = node.type === 'CallExpression' ? folder.fold(node) : undefined;
  if (typeof value === 'string') {
    collect.text(value, start);
    gauge.text(value);
  }
  if (name !== undefined && TARGETED.has(name))
    for (const argument of args.slice(0, 3)) {
      const address = argument.type === 'SpreadElement' ? undefined : folder.partly(argument);
      if (address !== undefined) collect.target(address);
    }
  switch (name) {
    case 'createElement':
    case 'createElementNS': {
      const element = at(name === 'createElement' ? 0 : 1);
      if (element !== undefined) collect.element(element, start);
      return;
    }
    case 'setAttribute': {
      const attribute = at(0)?.toLowerCase();
      if (attribute === undefined) return;
      collect.write(attribute, start);
      if (TARGETS.has(attribute)) collect.target(at(1) ?? '');
      if (!attribute.startsWith('on')) return;
      collect.add('listen', start, attribute.slice(2));
      collect.code(at(1) ?? '', start);
      return;
    }
    case 'addEventListener':
    case 'attachEvent':
      if (args.length > 1) collect.add('listen', start, (at(0) ?? '*').replace(/^on/, ''));
      return;
    case 'eval':
    case 'execScript':
      collect.code(at(0) ?? '', start);
      return;
    case 'setTimeout':
    case 'setInterval': {
      const [first] = args;
      const text = at(0);
      if (text === undefined && (first === undefined || !DEEP.has(first.type))) return;
      collect.add('timer', start);
      collect.code(text ?? '', start);
      return;
    }
    case 'Function':
    case 'constructor': {
      const text = at(args.length - 1);
      if (name === 'constructor' && text === undefined) return;
      collect.add('function', start);
      collect.code(text ?? '', start);
      return;
    }
    case 'write':
    case 'writeln':
      if (of === 'document') collect.add('write', start);
      return;
    case 'assign':
    case 'replace':
      if (
        of === 'location' ||
        (object?.type === 'MemberExpression' && folder.property(object) === 'location')
      )
        collect.add('navigate', start);
      return;
    case 'open':
      if (of !== undefined ? isWindow(of) : object === undefined) collect.add('navigate', start);
      return;
    case 'clear':
      if (of === 'console') collect.add('console', start);
      return;
    case 'defineProperty': {
      const property = at(1);
      if (property !== undefined && HOOKED.has(property)) collect.add('hook', start, property);
      return;
    }
    case 'toString':
      if (object !== undefined && isOwnText(object, folder)) {
        collect.add('own-text', start);
        gauge.selfText();
      }
      return;
    case 'push':
      if (object !== undefined && isRotation(object, args[0], folder)) gauge.rotation();
      return;
    default:
  }
  if (name === undefined) return;
  if (AJAX.has(name) && (name === 'ajax' || of === '$' || of === 'jQuery' || of === 'axios'))
    collect.add('ajax', start);
  if (LISTENERS.has(name))
    for (const event of (at(0) ?? '').slice(0, 300).split(/[\s.]/))
      if (EVENTS.has(event)) collect.add('listen', start, event);
  if (object !== undefined && EVENTS.has(name) && isFunction(args[0])) collect.add('listen', start, name);
}

function isOwnText(object: AnyNode, folder: Folder): boolean {
  if (isFunction(object)) return true;
  if (object.type === 'MemberExpression') return folder.property(object) === 'callee';
  if (object.type !== 'Identifier') return false;
  const value = (object as Name).binding?.value;
  return value?.type === 'FunctionDeclaration' || isFunction(value ?? undefined);
}

/** `a.push(a.shift())` */
function isRotation(object: AnyNode, argument: AnyNode | undefined, folder: Folder): boolean {
  if (argument?.type !== 'CallExpression' || argument.callee.type !== 'MemberExpression') return false;
  const other = argument.callee.object;
  return (
    folder.property(argument.callee) === 'shift' &&
    object.type === 'Identifier' &&
    other.type === 'Identifier' &&
    object.name === other.name
  );
}

function literal(node: Literal, collect: Collector, gauge: Gauge): void {
  gauge.literal(node);
  if (typeof node.value === 'string') collect.text(node.value, node.start);
  else if (node.regex !== undefined) collect.words(node.regex.pattern, node.start);
}
