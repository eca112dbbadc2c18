import type { AnyNode, CallExpression, Class, Function as Func, Pattern, Program } from 'acorn';
import { type Binding, eachChild, type Name } from './tree.ts';

interface Scope {
  readonly names: Map<string, Binding>;
  readonly parent: Scope | null;
  /** `var` belongs here. */
  readonly wide: boolean;
  /** Names in it can be seen from elsewhere: top of a script, `eval`, `with`. */
  open: boolean;
}

const MUTATORS = new Set([
  'push',
  'pop',
  'shift',
  'unshift',
  'splice',
  'reverse',
  'sort',
  'fill',
  'copyWithin',
]);

/** Gives every identifier that stands for a local value its binding. Marks the tree; no name is resolved by guess. */
export function bind(program: Program): void {
  // Names can be used before they are declared, so all are collected first and looked up at the end.
  const names: Name[] = [];
  const scopes: Scope[] = [];
  const writes: { readonly name: number; readonly value: AnyNode | null }[] = [];
  const spoils: number[] = [];

  const scopeIn = (parent: Scope | null, wide: boolean): Scope => ({
    names: new Map(),
    parent,
    wide,
    open: false,
  });
  const declare = (scope: Scope, name: string): Binding => {
    const known = scope.names.get(name);
    if (known !== undefined) return known;
    const binding: Binding = { kept: () => scope.open, number: -1, value: null, writes: 0, spoiled: false };
    scope.names.set(name, binding);
    return binding;
  };
  const functionOf = (scope: Scope): Scope => {
    let at = scope;
    while (!at.wide && at.parent !== null) at = at.parent;
    return at;
  };
  const open = (scope: Scope) => {
    for (let at: Scope | null = scope; at !== null; at = at.parent) at.open = true;
  };
  const use = (name: Name, scope: Scope): number => scopes.push(scope) && names.push(name) - 1;
  const set = (name: Name, scope: Scope, value: AnyNode | null) => {
    writes.push({ name: use(name, scope), value });
  };

  /** A target of an assignment or declaration; `into` where its names are declared. */
  const target = (
    pattern: Pattern,
    scope: Scope,
    into: Scope | null,
    value: AnyNode | null | undefined,
  ): void => {
    switch (pattern.type) {
      case 'Identifier':
        if (into !== null) declare(into, pattern.name);
        if (value === undefined) use(pattern, scope);
        else set(pattern, scope, value);
        return;
      case 'ObjectPattern':
        for (const property of pattern.properties) {
          if (property.type === 'RestElement') target(property.argument, scope, into, null);
          else {
            if (property.computed) visit(property.key, scope);
            target(property.value, scope, into, null);
          }
        }
        return;
      case 'ArrayPattern':
        for (const element of pattern.elements) if (element !== null) target(element, scope, into, null);
        return;
      case 'RestElement':
        target(pattern.argument, scope, into, null);
        return;
      case 'AssignmentPattern':
        target(pattern.left, scope, into, null);
        visit(pattern.right, scope);
        return;
      default:
        visit(pattern, scope);
    }
  };

  const callable = (node: Func, outer: Scope, given: readonly AnyNode[] = []): void => {
    const scope = scopeIn(outer, true);
    for (const [place, param] of node.params.entries()) target(param, scope, scope, given[place] ?? null);
    if (node.body.type === 'BlockStatement') for (const statement of node.body.body) visit(statement, scope);
    else visit(node.body, scope);
  };
  /** A function or class expression sees its own name; nobody else does. */
  const named = (node: Func | Class, scope: Scope, self: AnyNode): Scope => {
    if (node.id === null || node.id === undefined) return scope;
    const inner = scopeIn(scope, false);
    target(node.id, inner, inner, self);
    return inner;
  };
  const classOf = (node: Class, scope: Scope): void => {
    if (node.superClass !== null && node.superClass !== undefined) visit(node.superClass, scope);
    for (const member of node.body.body) visit(member, scope);
  };
  const call = (node: CallExpression, scope: Scope): void => {
    const { callee } = node;
    if (callee.type === 'Identifier' && callee.name === 'eval') open(scope);
    // `(function (w, d) { … })(window, document)`: the parameters are what is handed in.
    const direct = callee.type === 'FunctionExpression' || callee.type === 'ArrowFunctionExpression';
    if (direct) callable(callee, named(callee, scope, callee), node.arguments);
    else visit(callee, scope);
    if (callee.type === 'MemberExpression' && callee.object.type === 'Identifier') {
      const { property } = callee;
      const name =
        property.type === 'Identifier' ? property.name : property.type === 'Literal' ? property.value : '';
      if (MUTATORS.has(String(name))) spoils.push(use(callee.object, scope));
    }
    for (const argument of node.arguments) {
      if (argument.type === 'Identifier') spoils.push(use(argument, scope));
      else visit(argument, scope);
    }
  };

  const visit = (node: AnyNode, scope: Scope): void => {
    switch (node.type) {
      case 'Identifier':
        use(node, scope);
        return;
      case 'CallExpression':
        call(node, scope);
        return;
      case 'MemberExpression':
        visit(node.object, scope);
        if (node.computed) visit(node.property, scope);
        return;
      case 'Property':
      case 'MethodDefinition':
      case 'PropertyDefinition':
        if (node.computed) visit(node.key, scope);
        if (node.value !== null && node.value !== undefined) visit(node.value, scope);
        return;
      case 'VariableDeclaration': {
        const into = node.kind === 'var' ? functionOf(scope) : scope;
        for (const { id, init } of node.declarations) {
          target(id, scope, into, init ?? undefined);
          if (init !== null && init !== undefined) visit(init, scope);
        }
        return;
      }
      case 'AssignmentExpression':
        target(node.left, scope, null, node.operator === '=' ? node.right : null);
        visit(node.right, scope);
        return;
      case 'UpdateExpression':
        if (node.argument.type === 'Identifier') set(node.argument, scope, null);
        else visit(node.argument, scope);
        return;
      case 'FunctionDeclaration': {
        if (node.id !== null && node.id !== undefined) {
          const binding = declare(scope, node.id.name);
          // Sloppy code calls functions of a block from outside of it.
          const wide = functionOf(scope);
          if (!wide.names.has(node.id.name)) wide.names.set(node.id.name, binding);
          set(node.id, scope, node);
        }
        callable(node, scope);
        return;
      }
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        callable(node, named(node, scope, node));
        return;
      case 'ClassDeclaration':
        if (node.id !== null) target(node.id, scope, scope, null);
        classOf(node, scope);
        return;
      case 'ClassExpression':
        classOf(node, named(node, scope, node));
        return;
      case 'BlockStatement':
      case 'ForStatement':
      case 'StaticBlock': {
        const inner = scopeIn(scope, node.type === 'StaticBlock');
        eachChild(node, (child) => visit(child, inner));
        return;
      }
      case 'SwitchStatement': {
        const inner = scopeIn(scope, false);
        visit(node.discriminant, scope);
        for (const one of node.cases) visit(one, inner);
        return;
      }
      case 'ForInStatement':
      case 'ForOfStatement': {
        const inner = scopeIn(scope, false);
        if (node.left.type === 'VariableDeclaration') {
          const into = node.left.kind === 'var' ? functionOf(scope) : inner;
          for (const { id } of node.left.declarations) target(id, inner, into, null);
        } else target(node.left, inner, null, null);
        visit(node.right, inner);
        visit(node.body, inner);
        return;
      }
      case 'CatchClause': {
        const inner = scopeIn(scope, false);
        if (node.param !== null && node.param !== undefined) target(node.param, inner, inner, null);
        for (const statement of node.body.body) visit(statement, inner);
        return;
      }
      case 'WithStatement':
        open(scope);
        eachChild(node, (child) => visit(child, scope));
        return;
      case 'LabeledStatement':
        visit(node.body, scope);
        return;
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'MetaProperty':
      case 'ExportAllDeclaration':
        return;
      case 'ImportDeclaration':
        for (const { local } of node.specifiers) target(local, scope, scope, null);
        return;
      case 'ExportNamedDeclaration':
        if (node.declaration !== null && node.declaration !== undefined) visit(node.declaration, scope);
        if (node.source === null || node.source === undefined)
          for (const { local } of node.specifiers) if (local.type === 'Identifier') use(local, scope);
        return;
      default:
        eachChild(node, (child) => visit(child, scope));
    }
  };

  const root = scopeIn(null, true);
  root.open = program.sourceType === 'script';
  for (const statement of program.body) visit(statement, root);

  for (const [place, name] of names.entries()) {
    let scope: Scope | null = scopes[place] ?? null;
    let binding: Binding | undefined;
    while (scope !== null && binding === undefined) {
      binding = scope.names.get(name.name);
      scope = scope.parent;
    }
    if (binding !== undefined) name.binding = binding;
  }
  for (const { name, value } of writes) {
    const binding = names[name]?.binding;
    if (binding === undefined) continue;
    binding.value = binding.writes === 0 ? value : null;
    binding.writes++;
  }
  for (const place of spoils) {
    const binding = names[place]?.binding;
    if (binding !== undefined) binding.spoiled = true;
  }
}
