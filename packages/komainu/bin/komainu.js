#!/usr/bin/env node
// Runs the built command; in a checkout, where nothing is built, the sources themselves on the Node of the checkout.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const built = here('../dist/main.js');
if (existsSync(built)) {
  await import(built);
} else {
  const bundled = here('../../../node_modules/.bin/node');
  const node =
    Number(process.versions.node.split('.')[0]) >= 24 || !existsSync(bundled) ? process.execPath : bundled;
  // Signals reach the child with the terminal's process group; without one, they are passed on.
  const child = spawn(
    node,
    [
      '--conditions=source',
      '--disable-warning=ExperimentalWarning',
      here('../src/main.ts'),
      ...process.argv.slice(2),
    ],
    { stdio: 'inherit' },
  );
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => (process.exitCode = code ?? (signal ? 130 : 70)));
}
