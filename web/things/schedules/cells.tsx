import { useWords } from '../../base/words.ts';
import { Mark } from '../../parts/mark.tsx';
import { Said } from '../../parts/said.tsx';
import styles from './cells.module.css';

const words = {
  broken: ['cannot run', 'no se puede'],
  paused: ['paused', 'en pausa'],
} as const;

/** The lines of cron of a schedule, and their time zone. */
export const CronLines = ({
  of: { cron, timezone },
}: {
  of: { cron: readonly string[]; timezone: string };
}) => (
  <div>
    {cron.map((line) => (
      <div key={line}>
        <code className={styles['cron']}>{line}</code>
      </div>
    ))}
    <Said>{timezone}</Said>
  </div>
);

/** Whether a schedule fires at all: it has no mistakes, and nobody has paused it. */
export const fires = (one: { problems: readonly unknown[]; paused: boolean }): boolean =>
  one.problems.length === 0 && !one.paused;

/** Why a schedule does not fire. */
export function NotFiring({
  of: { problems, note },
}: {
  of: { problems: readonly unknown[]; note: string | null };
}) {
  const t = useWords(words);
  if (problems.length > 0)
    return (
      <Mark shape="cross" tone="bad">
        {t.broken}
      </Mark>
    );
  return (
    <div>
      <Mark shape="dashed" tone="calm">
        {t.paused}
      </Mark>
      {note !== null && (
        <div>
          <Said english>{note}</Said>
        </div>
      )}
    </div>
  );
}
