import { useWords } from '../../base/words.ts';
import { Mark } from '../../parts/mark.tsx';
import { words } from './words.ts';

/** How a request ended. @param ok null while it runs */
export function OutcomeMark({ ok, code }: { ok: boolean | null; code: string | null }) {
  const t = useWords(words);
  if (ok === null)
    return (
      <Mark shape="half" tone="accent">
        {t.running}
      </Mark>
    );
  return ok ? (
    <Mark shape="check" tone="good">
      {t.answered}
    </Mark>
  ) : (
    <span>
      <Mark shape="cross" tone="bad">
        {t.failed}
      </Mark>{' '}
      {code !== null && <code>{code}</code>}
    </span>
  );
}
