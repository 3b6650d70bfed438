import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, startWeb, type Web } from './browser.ts';
import { pagesOf, seedAll, type House } from './house/house.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** How a browser shows the pages. */
export type Look = BrowserContextOptions & { language?: 'es' };

/**
 * What axe cannot tell and people have looked at: text that is scrolled out of a box or lies under a dialog has the colours
 * that it has elsewhere, where they are measured; so has a line number of one figure; a field without a value has no text; and forced colours are the system's,
 * which axe does not know (it finds 1:1).
 */
const explained =
  /(obscured|overlapped) by another element|partially overlaps other elements|has no value|is too short to determine|1:1 contrast/;

interface Found {
  id: string;
  nodes: { target: string[]; failureSummary: string }[];
}
const check = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe);
  const { violations, incomplete } = await page.evaluate(
    async (only) =>
      (await (
        window as unknown as { axe: { run(at: Document, how: object): Promise<unknown> } }
      ).axe.run(document, { runOnly: only })) as { violations: Found[]; incomplete: Found[] },
    rules,
  );
  const line = ({ id, nodes }: Found): string =>
    `${id}: ${nodes
      .map(
        ({ target, failureSummary }) =>
          `${target.join(' ')} (${failureSummary.replaceAll(/\s+/g, ' ')})`,
      )
      .join(' | ')
      .slice(0, 400)}`;
  const unsure = incomplete
    .map((one) => ({
      ...one,
      nodes: one.nodes.filter(({ failureSummary }) => !explained.test(failureSummary)),
    }))
    .filter(({ nodes }) => nodes.length > 0);
  return [...violations.map(line), ...unsure.map((one) => `unsure: ${line(one)}`)];
};

/** Tests every page, dialogs too, in each of these looks. */
export function describeLooks(looks: Record<string, Look>): void {
  describe.skipIf(chromiumPath === undefined)('every page', () => {
    let web: Web;
    let house: House;
    beforeAll(async () => {
      web = await startWeb();
      house = await seedAll(web);
    });
    afterAll(() => web?.close());

    test.each(Object.entries(looks))(
      'can be used by everybody %s, and scrolls in one direction only',
      async (name, { language = 'en', ...look }) => {
        const page = await web.page('admin', {
          ...look,
          name: `ana ${name.replaceAll(/\W/g, ' ').trim()}`,
        });
        await page.evaluate(
          (value) => localStorage.setItem('vx11.preferences', JSON.stringify({ language: value })),
          language,
        );
        const problems: string[] = [];
        for (const [title, path] of pagesOf(house)) {
          await page.goto(web.url + path);
          await page.locator('main#main h1').waitFor();
          await page.waitForTimeout(100);
          problems.push(...(await check(page)).map((problem) => `${title}: ${problem}`));
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          if (wide > 0) problems.push(`${title}: ${wide} px too wide`);
        }
        expect(problems).toEqual([]);
        await page.context().close();
      },
      120_000,
    );
  });
}
