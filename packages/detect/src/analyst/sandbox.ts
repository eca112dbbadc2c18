import variant from '@jitl/quickjs-wasmfile-release-sync';
import { newQuickJSWASMModuleFromVariant, type QuickJSSyncVariant } from 'quickjs-emscripten-core';

/** For all decoders of a script together, in milliseconds. */
const DEADLINE = 5_000;
const MEMORY = 128 * 1024 * 1024;
const STACK = 512 * 1024;

/**
 * Evaluates what an obfuscator made to decode its texts: QuickJS in WebAssembly, without any object of the host.
 * What comes back is a list of texts, as JSON: nothing of it is ever called. The process ends with the script, so
 * what a hostile one leaves behind is not tidied up.
 */
export async function newSandbox(): Promise<(code: string) => Promise<unknown>> {
  // The package's types are those of its CommonJS build.
  const quick = await newQuickJSWASMModuleFromVariant(variant as unknown as QuickJSSyncVariant);
  const until = Date.now() + DEADLINE;
  return async (code) => {
    const runtime = quick.newRuntime({
      memoryLimitBytes: MEMORY,
      maxStackSizeBytes: STACK,
      interruptHandler: () => Date.now() > until,
    });
    const context = runtime.newContext();
    const result = context.evalCode(`JSON.stringify(${code})`, 'script.js');
    if (result.error !== undefined) throw new Error('the decoder failed');
    const list: unknown = JSON.parse(context.getString(result.value));
    return Array.isArray(list)
      ? list.map((value: unknown) => (typeof value === 'string' ? value : undefined))
      : [];
  };
}
