import { webcrack } from 'webcrack';
import { newSandbox } from './sandbox.ts';

/** Reads a script, writes it without its disguise. Nothing of it runs but its text decoders, inside QuickJS. */
const pieces: Buffer[] = [];
for await (const piece of process.stdin) pieces.push(Buffer.from(piece as Uint8Array));
const { code } = await webcrack(Buffer.concat(pieces).toString(), {
  jsx: false,
  unpack: false,
  sandbox: await newSandbox(),
});
process.stdout.write(code);
