/**
 * Makes a picture of every page in light, dark and on a phone, for people to look at before a release:
 * `npm run screenshots -- FOLDER [PAGE…]`. `--docs` makes the small pictures of docs/dashboard.md instead.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startWeb } from '../test/web/browser.ts';
import { pagesOf, seedAll } from '../test/web/house/house.ts';
import { buildWeb } from './web/build.ts';

const words = process.argv.slice(2).filter((word) => word !== '--docs');
const forDocs = process.argv.includes('--docs');
const repository = join(import.meta.dirname, '..');
const shown = ['now', 'review', 'windows', 'receipt', 'check', 'repair', 'agents'];
const [folder = forDocs ? join(repository, 'docs/pictures') : 'screenshots', ...named] = words;
const only = forDocs ? shown : named;
const picture = forDocs ? ({ type: 'jpeg', quality: 60 } as const) : ({ type: 'png' } as const);
const small = { viewport: { width: 1100, height: 700 }, colorScheme: 'light' } as const;
const every = [
  { name: 'light', viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  { name: 'dark', viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  { name: 'phone', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
] as const;
const looks = forDocs ? [{ name: 'docs', ...small }] : every;

await buildWeb(repository);
mkdirSync(folder, { recursive: true });
const web = await startWeb();
try {
  const house = await seedAll(web);
  for (const { name, ...look } of looks) {
    const page = await web.page('admin', { ...look, name: forDocs ? 'ana' : `ana ${name}` });
    for (const [title, path] of pagesOf(house)) {
      if (only.length > 0 && !only.includes(title)) continue;
      await page.goto(web.url + path);
      await page.locator('main h1').waitFor();
      await page.waitForTimeout(500);
      const file = forDocs ? `${title}.jpg` : `${title}-${name}.png`;
      await page.screenshot({ path: join(folder, file), ...picture });
    }
    await page.context().close();
  }
} finally {
  await web.close();
}
process.exit();
