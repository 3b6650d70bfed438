import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** No script or style is inline, so that the page runs under a policy that allows only its own files. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/operator/ui/',
  plugins: [react()],
  build: {
    target: 'es2023',
    // the browsers that know light-dark(), so that it stays as it is
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    reportCompressedSize: false,
    emptyOutDir: true,
  },
  css: { modules: { generateScopedName: '[name]_[local]_[hash:base64:4]' } },
});
