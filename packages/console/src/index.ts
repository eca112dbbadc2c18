import { fileURLToPath } from 'node:url';

/** Absolute path of the built web app: static files, to be served at `/`. Made by `npm run build -w packages/console`. */
export const consoleDirectory: string = fileURLToPath(new URL('../dist/', import.meta.url));
