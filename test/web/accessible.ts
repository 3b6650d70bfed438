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
  const { violations, incomplete } = await page.evaluate(
    async (only) =>
      (await (
        window as unknown as { axe: { run(at: Document, how: object): Promise<unknown> } }
      ).axe.run(document, {
        runOnly: only,
        resultTypes: ['violations', 'incomplete'],
      })) as { violations: Found[]; incomplete: Found[] },
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

/** Counts the reads of a page that wait for their answer. */
function countReads(): void {
  const send = window.fetch;
  const counted = window as unknown as { reads: number };
  counted.reads = 0;
  window.fetch = async (...request) => {
    counted.reads += 1;
    return send(...request).finally(() => (counted.reads -= 1));
  };
}

/** Resolves once a page has what it reads, and has drawn it: nothing waits in three frames in a row. */
const settled = (): Promise<void> =>
  new Promise((resolve) => {
    let calm = 0;
    const look = (): void => {
      const waits =
        (window as unknown as { reads: number }).reads > 0 ||
        document.querySelector('main#main h1') === null ||
        [...document.querySelectorAll('[role=status]')].some((one) => one.textContent === '');
      calm = waits ? 0 : calm + 1;
      if (calm === 3) resolve();
      else requestAnimationFrame(look);
    };
    look();
  });

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

    test.concurrent.each(Object.entries(looks))(
      'can be used by everybody %s, and scrolls in one direction only',
      async (name, { language, ...look }) => {
        const page = await web.page('admin', {
          ...look,
          name: `ana ${name.replaceAll(/\W/g, ' ').trim()}`,
          preferences: { language: language ?? 'en' },
        });
        await page.evaluate(axe);
        await page.evaluate(countReads);
        const base = new URL(web.url).pathname;
        const problems: string[] = [];
        for (const [title, path] of pagesOf(house)) {
          // as a link does, so that neither the UI nor axe is loaded again
          await page.evaluate((to) => history.pushState(null, '', to), base + path);
          await page.evaluate(settled);
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
