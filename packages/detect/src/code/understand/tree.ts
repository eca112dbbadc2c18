import { type AnyNode, type Identifier, parse, type Program } from 'acorn';

/** What a local name stands for. */
export interface Binding {
  /** Its name is part of what the script does: other scripts, `eval` or `with` can see it. */
  readonly kept: () => boolean;
  /** In the order of first use; -1 before that. */
  number: number;
  /** What it was set to, when it is set in one place. */
  value: AnyNode | null;
  writes: number;
  /** Its contents were changed, or handed to somebody who may. */
  spoiled: boolean;
}

/** An identifier that stands for a value; without a binding it is a name of the browser or of another script. */
export type Name = Identifier & { binding?: Binding };

/** The parts of each kind of node in the order of the source, all of ES2026. */
const PARTS: Readonly<Record<AnyNode['type'], readonly string[]>> = {
  ArrayExpression: ['elements'],
  ArrayPattern: ['elements'],
  ArrowFunctionExpression: ['params', 'body'],
  AssignmentExpression: ['left', 'right'],
  AssignmentPattern: ['left', 'right'],
  AwaitExpression: ['argument'],
  BinaryExpression: ['left', 'right'],
  BlockStatement: ['body'],
  BreakStatement: ['label'],
  CallExpression: ['callee', 'arguments'],
  CatchClause: ['param', 'body'],
  ChainExpression: ['expression'],
  ClassBody: ['body'],
  ClassDeclaration: ['id', 'superClass', 'body'],
  ClassExpression: ['id', 'superClass', 'body'],
  ConditionalExpression: ['test', 'consequent', 'alternate'],
  ContinueStatement: ['label'],
  DebuggerStatement: [],
  DoWhileStatement: ['body', 'test'],
  EmptyStatement: [],
  ExportAllDeclaration: ['exported', 'source', 'attributes'],
  ExportDefaultDeclaration: ['declaration'],
  ExportNamedDeclaration: ['declaration', 'specifiers', 'source', 'attributes'],
  ExportSpecifier: ['local', 'exported'],
  ExpressionStatement: ['expression'],
  ForInStatement: ['left', 'right', 'body'],
  ForOfStatement: ['left', 'right', 'body'],
  ForStatement: ['init', 'test', 'update', 'body'],
  FunctionDeclaration: ['id', 'params', 'body'],
  FunctionExpression: ['id', 'params', 'body'],
  Identifier: [],
  IfStatement: ['test', 'consequent', 'alternate'],
  ImportAttribute: ['key', 'value'],
  ImportDeclaration: ['specifiers', 'source', 'attributes'],
  ImportDefaultSpecifier: ['local'],
  ImportExpression: ['source', 'options'],
  ImportNamespaceSpecifier: ['local'],
  ImportSpecifier: ['imported', 'local'],
  LabeledStatement: ['label', 'body'],
  Literal: [],
  LogicalExpression: ['left', 'right'],
  MemberExpression: ['object', 'property'],
  MetaProperty: ['meta', 'property'],
  MethodDefinition: ['key', 'value'],
  NewExpression: ['callee', 'arguments'],
  ObjectExpression: ['properties'],
  ObjectPattern: ['properties'],
  ParenthesizedExpression: ['expression'],
  PrivateIdentifier: [],
  Program: ['body'],
  Property: ['key', 'value'],
  PropertyDefinition: ['key', 'value'],
  RestElement: ['argument'],
  ReturnStatement: ['argument'],
  SequenceExpression: ['expressions'],
  SpreadElement: ['argument'],
  StaticBlock: ['body'],
  Super: [],
  SwitchCase: ['test', 'consequent'],
  SwitchStatement: ['discriminant', 'cases'],
  TaggedTemplateExpression: ['tag', 'quasi'],
  TemplateElement: [],
  TemplateLiteral: ['quasis', 'expressions'],
  ThisExpression: [],
  ThrowStatement: ['argument'],
  TryStatement: ['block', 'handler', 'finalizer'],
  UnaryExpression: ['argument'],
  UpdateExpression: ['argument'],
  VariableDeclaration: ['declarations'],
  VariableDeclarator: ['id', 'init'],
  WhileStatement: ['test', 'body'],
  WithStatement: ['object', 'body'],
  YieldExpression: ['argument'],
};

export type Part = AnyNode | null | readonly (AnyNode | null)[];

/** The parts of a node: nodes, lists of nodes, null where one is left out. */
export const partsOf = (node: AnyNode): readonly Part[] => {
  const record = node as unknown as Readonly<Record<string, Part | undefined>>;
  return PARTS[node.type].map((name) => record[name] ?? null);
};

export function eachChild(node: AnyNode, visit: (child: AnyNode) => void): void {
  const record = node as unknown as Readonly<Record<string, Part | undefined>>;
  for (const name of PARTS[node.type]) {
    const part = record[name];
    if (part === null || part === undefined) continue;
    if ('type' in part) visit(part);
    else for (const child of part) if (child !== null) visit(child);
  }
}

const OPTIONS = {
  ecmaVersion: 'latest',
  allowReturnOutsideFunction: true,
  allowSuperOutsideMethod: true,
  allowHashBang: true,
} as const;

/** As a script, or else as a module; null when it is neither. Deep nesting throws a RangeError where the stack ends. */
export function treeOf(code: string): Program | null {
  for (const sourceType of ['script', 'module'] as const)
    try {
      return parse(code, { ...OPTIONS, sourceType });
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  return null;
}
