import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// Whatever the caller's environment says (a test runner says `test`), what ships is React's production build.
if (process.argv.includes('build')) process.env['NODE_ENV'] = 'production';

export default defineConfig({
  root: here('./src/app/'),
  base: './',
  plugins: [react()],
  build: {
    outDir: here('./dist/'),
    emptyOutDir: true,
    target: 'es2022',
    // The server's policy is `self` for everything: nothing may become a data: address or an inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': process.env['KOMAINU_SERVER'] ?? 'http://127.0.0.1:4180' } },
});
