import { createHash } from 'node:crypto';
import { pageHeaders } from '../http/origin-check.ts';

const style =
  ':root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem}';
const styleHash = createHash('sha256').update(style).digest('base64');

const headers = {
  ...pageHeaders,
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
};

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
export const escaped = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (char) => escapes[char]!);

/** A page without script. @param paragraphs as HTML */
export function plainPage(title: string, paragraphs: readonly string[], heading = title) {
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)} – VX11</title>
<style>${style}</style>
<h1>${escaped(heading)}</h1>
${paragraphs.map((text) => `<p>${text}</p>`).join('\n')}
</html>
`;
  return { html, headers, type: 'text/html; charset=utf-8' };
}
