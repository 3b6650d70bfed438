import { useWords } from '../../base/words.ts';
import { Said } from '../../parts/said.tsx';
import styles from './repairs.module.css';
import { words } from './words.ts';

/** Which rule, or that a model says so. @param kind the class of the fault */
export function FoundBy({ by, kind }: { by: 'rule' | 'model'; kind: string }) {
  const t = useWords(words);
  if (by === 'model') return t.model;
  return (
    <>
      {t.rule} <code>{kind}</code>
    </>
  );
}

/** What was seen, each with its place. */
export function Facts({ of }: { of: readonly string[] }) {
  const t = useWords(words);
  if (of.length === 0) return null;
  return (
    <ul className={styles['facts']} aria-label={t.seen}>
      {of.map((fact) => (
        <li key={fact}>
          <code>
            <Said english>{fact}</Said>
          </code>
        </li>
      ))}
    </ul>
  );
}
