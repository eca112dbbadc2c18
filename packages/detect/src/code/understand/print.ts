import { createHash } from 'node:crypto';
import type { AnyNode, Pattern, Program } from 'acorn';
import { nameOfKey } from './fold.ts';
import { type Name, type Part, partsOf } from './tree.ts';

/** What of a node is no part of it, and stands in both fingerprints. */
const SCALARS: Partial<Record<AnyNode['type'], readonly string[]>> = {
  ArrowFunctionExpression: ['async'],
  AssignmentExpression: ['operator'],
  BinaryExpression: ['operator'],
  CallExpression: ['optional'],
  ForOfStatement: ['await'],
  FunctionDeclaration: ['async', 'generator'],
  FunctionExpression: ['async', 'generator'],
  LogicalExpression: ['operator'],
  MethodDefinition: ['kind', 'static'],
  Property: ['kind', 'method'],
  PropertyDefinition: ['static'],
  UnaryExpression: ['operator'],
  UpdateExpression: ['operator', 'prefix'],
  YieldExpression: ['delegate'],
};

export interface Fingerprints {
  readonly shape: string;
  readonly literal: string;
}

/**
 * Prints a bound tree twice, without what a minifier chooses anew each time: local names (numbered by first use),
 * white space, comments, quotes, `!0`, braces around one statement, `a["b"]`. `literal` keeps all else; `shape`
 * leaves out texts, numbers and property names too. Names of the browser and of other scripts are in both: a script
 * that calls `fetch` where it called `alert` is another one.
 */
export function fingerprintsOf(program: Program): Fingerprints {
  const shape = newDigest();
  const literal = newDigest();
  const labels: string[] = [];
  /** Private names of the classes around, innermost last. */
  const secrets: Map<string, number>[] = [];
  let secretsUsed = 0;
  let numbers = 0;

  const both = (token: string) => {
    shape.add(token);
    literal.add(token);
  };
  /** Only where what is written matters; the length keeps two texts from reading as one. */
  const exact = (kind: string, written: string) => {
    both(kind);
    literal.add(`${written.length}:${written}`);
  };
  const name = ({ binding, name: written }: Name) => {
    if (binding === undefined || binding.kept()) both(`$${written} `);
    else {
      if (binding.number < 0) binding.number = numbers++;
      both(`#${binding.number} `);
    }
  };
  /** An outer name: of an import, an export, a property that is not made up. */
  const outer = (node: AnyNode) =>
    both(`$${node.type === 'Identifier' ? node.name : node.type === 'Literal' ? node.value : ''} `);
  const key = (node: AnyNode, computed: boolean) => {
    const written = computed ? plainText(node) : nameOfKey(node);
    if (written !== undefined) exact('.', written);
    else {
      both(computed ? '[' : '.');
      print(node);
    }
  };
  const statements = (list: readonly AnyNode[]) => {
    both('{');
    for (const statement of list) stated(statement);
    both('}');
  };
  const stated = (node: AnyNode) => {
    if (node.type === 'EmptyStatement') return;
    if (node.type === 'ExpressionStatement') {
      if (node.expression.type === 'SequenceExpression')
        for (const one of node.expression.expressions) ended(one);
      else ended(node.expression);
    } else if (node.type === 'VariableDeclaration')
      for (const one of node.declarations) {
        both(node.kind);
        print(one);
      }
    else print(node);
  };
  const ended = (node: AnyNode) => {
    print(node);
    both(';');
  };
  const body = (node: AnyNode | null | undefined) => {
    if (node === null || node === undefined) both('_');
    else statements(node.type === 'BlockStatement' ? node.body : [node]);
  };
  const part = (value: Part) => {
    if (value === null) both('_');
    else if ('type' in value) print(value);
    else {
      both('(');
      for (const one of value) part(one);
      both(')');
    }
  };
  const scalars = (node: AnyNode) => {
    const record = node as unknown as Readonly<Record<string, unknown>>;
    for (const scalar of SCALARS[node.type] ?? []) both(`${String(record[scalar])} `);
  };
  const declared = (pattern: Pattern) => {
    if (pattern.type === 'Identifier') outer(pattern);
  };

  const print = (node: AnyNode): void => {
    switch (node.type) {
      case 'Identifier':
        name(node);
        return;
      case 'PrivateIdentifier': {
        const of = secrets.findLast((names) => names.has(node.name));
        const known = of?.get(node.name) ?? -1;
        const number = known === -1 ? secretsUsed++ : known;
        of?.set(node.name, number);
        both(`private${number} `);
        return;
      }
      case 'ClassBody':
        secrets.push(
          new Map(
            node.body.flatMap((one): readonly (readonly [string, number])[] =>
              one.type !== 'StaticBlock' && one.key.type === 'PrivateIdentifier' ? [[one.key.name, -1]] : [],
            ),
          ),
        );
        generic(node);
        secrets.pop();
        return;
      case 'Literal':
        if (typeof node.value === 'string') exact('s', node.value);
        else if (node.regex !== undefined) exact('r', `/${node.regex.pattern}/${node.regex.flags}`);
        else if (node.value === null) both('null ');
        else exact(typeof node.value === 'boolean' ? 'b' : 'n', String(node.value));
        return;
      case 'TemplateLiteral':
        if (node.expressions.length === 0) exact('s', node.quasis[0]?.value.cooked ?? '');
        else generic(node);
        return;
      case 'TaggedTemplateExpression':
        // A tag sees the text as it is written.
        both('tag');
        print(node.tag);
        generic(node.quasi);
        return;
      case 'TemplateElement':
        exact('s', node.value.raw);
        return;
      case 'UnaryExpression': {
        const { argument, operator } = node;
        const number =
          argument.type === 'Literal' && typeof argument.value === 'number' ? argument.value : null;
        if (operator === '!' && (number === 0 || number === 1)) exact('b', String(number === 0));
        else if (operator === 'void' && number !== null) both('$undefined ');
        else generic(node);
        return;
      }
      case 'Program':
      case 'BlockStatement':
      case 'StaticBlock':
        if (node.type === 'StaticBlock') both('static');
        statements(node.body);
        return;
      case 'ExpressionStatement':
      case 'VariableDeclaration':
      case 'EmptyStatement':
        both('{');
        stated(node);
        both('}');
        return;
      case 'IfStatement':
        both('if');
        print(node.test);
        body(node.consequent);
        body(node.alternate);
        return;
      case 'WhileStatement':
        both('while');
        print(node.test);
        body(node.body);
        return;
      case 'DoWhileStatement':
        both('do');
        print(node.test);
        body(node.body);
        return;
      case 'ForStatement':
        both('for');
        part(node.init ?? null);
        part(node.test ?? null);
        part(node.update ?? null);
        body(node.body);
        return;
      case 'ForInStatement':
      case 'ForOfStatement':
        both(node.type === 'ForInStatement' ? 'in' : 'of');
        scalars(node);
        print(node.left);
        print(node.right);
        body(node.body);
        return;
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        // Its own name is dropped by minifiers unless it is used, and then the use is printed.
        both(node.type === 'FunctionExpression' ? 'function' : '=>');
        scalars(node);
        part(node.params);
        if (node.body.type === 'BlockStatement') print(node.body);
        else {
          both('{return');
          print(node.body);
          both('}');
        }
        return;
      case 'ReturnStatement':
        both('return');
        part(node.argument ?? null);
        return;
      case 'ClassExpression':
        both('class');
        part(node.superClass ?? null);
        print(node.body);
        return;
      case 'MemberExpression':
        both(node.optional ? '?.' : 'm');
        print(node.object);
        key(node.property, node.computed);
        return;
      case 'Property':
      case 'MethodDefinition':
      case 'PropertyDefinition':
        both('p');
        scalars(node);
        key(node.key, node.computed);
        part(node.value ?? null);
        return;
      case 'LabeledStatement':
        labels.push(node.label.name);
        both('label');
        body(node.body);
        labels.pop();
        return;
      case 'BreakStatement':
      case 'ContinueStatement': {
        const label = node.label?.name;
        both(
          `${node.type === 'BreakStatement' ? 'break' : 'continue'}${label === undefined ? '' : labels.length - labels.lastIndexOf(label)};`,
        );
        return;
      }
      case 'MetaProperty':
        both('meta');
        outer(node.meta);
        outer(node.property);
        return;
      case 'ImportSpecifier':
        outer(node.imported);
        name(node.local);
        return;
      case 'ExportSpecifier':
        if (node.local.type === 'Identifier') name(node.local);
        else print(node.local);
        outer(node.exported);
        return;
      case 'ImportAttribute':
        outer(node.key);
        print(node.value);
        return;
      case 'ExportNamedDeclaration': {
        const { declaration } = node;
        if (declaration?.type === 'VariableDeclaration')
          for (const { id } of declaration.declarations) declared(id);
        else if (declaration !== null && declaration !== undefined && declaration.id !== null)
          declared(declaration.id);
        generic(node);
        return;
      }
      default:
        generic(node);
    }
  };
  const generic = (node: AnyNode) => {
    both(`<${node.type}`);
    scalars(node);
    for (const one of partsOf(node)) part(one);
    both('>');
  };

  print(program);
  return { shape: shape.end(), literal: literal.end() };
}

/** The text in `['x']` and in [`x`]. */
const plainText = (node: AnyNode): string | undefined => {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  return node.type === 'TemplateLiteral' && node.expressions.length === 0
    ? (node.quasis[0]?.value.cooked ?? undefined)
    : undefined;
};

/** SHA-256 of tokens; a list of them all would be larger than the tree. */
function newDigest(): { add(token: string): void; end(): string } {
  const digest = createHash('sha256');
  let waiting = '';
  return {
    add(token) {
      waiting += token;
      if (waiting.length < 16_384) return;
      digest.update(waiting);
      waiting = '';
    },
    end: () => `sha256:${digest.update(waiting).digest('hex')}`,
  };
}
