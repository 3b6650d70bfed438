import { Link, useLocation } from 'wouter';
import { usePreferences } from '../base/preferences.ts';
import { useWords } from '../base/words.ts';
import { pages, type PageEntry } from './pages.ts';
import styles from './frame.module.css';

const words = {
  pages: ['Pages', 'Páginas'],
  more: ['More', 'Más'],
} as const;

/** How many pages the header shows in a narrow and in a wide window; the others are in a menu. */
const [inNarrow, inWide] = [6, 10];

/** The pages in the header. */
export function HeaderNav({ waiting }: { waiting: number }) {
  const t = useWords(words);
  const links = (from: number, to: number) =>
    pages
      .slice(from, to)
      .map((entry) => <NavLink key={entry.href} entry={entry} waiting={waiting} />);
  return (
    <nav className={styles['nav']} aria-label={t.pages}>
      {links(0, inNarrow)}
      <span className={styles['wide']}>
        {links(inNarrow, inWide)}
        <MorePages id="more-in-wide" of={pages.slice(inWide)} waiting={waiting} />
      </span>
      <span className={styles['narrow']}>
        <MorePages id="more-in-header" of={pages.slice(inNarrow)} waiting={waiting} />
      </span>
    </nav>
  );
}

const isAt = (path: string, here: string): boolean =>
  path === '/' ? here === '/' : here === path || here.startsWith(`${path}/`);

function NavLink({ entry, waiting }: { entry: PageEntry; waiting: number }) {
  const { language } = usePreferences();
  const [here] = useLocation();
  const { href } = entry;
  const count = href === '/plans' && waiting > 0;
  return (
    <Link to={href} className={styles['link']} aria-current={isAt(href, here) ? 'page' : undefined}>
      {entry.name[language === 'es' ? 1 : 0]}
      {count && <span className={styles['badge']}>{waiting}</span>}
    </Link>
  );
}

/** The pages of a phone, and a menu for the others. */
export function BottomBar({ waiting }: { waiting: number }) {
  const t = useWords(words);
  const rest = pages.filter(({ atBottom }) => atBottom !== true);
  return (
    <nav className={styles['bottom']} aria-label={t.pages}>
      {pages
        .filter(({ atBottom }) => atBottom)
        .map((entry) => (
          <NavLink key={entry.href} entry={entry} waiting={waiting} />
        ))}
      <MorePages id="more-pages" of={rest} waiting={waiting} />
    </nav>
  );
}

/** The pages that have no room, in a menu. */
function MorePages({ id, of, waiting }: { id: string; of: readonly PageEntry[]; waiting: number }) {
  const t = useWords(words);
  const [here] = useLocation();
  const current = of.some(({ href }) => isAt(href, here));
  return (
    <>
      <button
        type="button"
        className={styles['link']}
        popoverTarget={id}
        aria-current={current || undefined}
      >
        {t.more}
      </button>
      <div id={id} popover="auto" className={styles['sheet']}>
        {of.map((entry) => (
          <span key={entry.href} onClickCapture={() => document.getElementById(id)?.hidePopover()}>
            <NavLink entry={entry} waiting={waiting} />
          </span>
        ))}
      </div>
    </>
  );
}
