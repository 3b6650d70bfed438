import { Said } from './said.tsx';
import styles from './changes.module.css';

/** What changes, as rows of before → after. */
export const Changes = ({
  of,
}: {
  of: readonly { key: string; kind: string; name: string; before: string; after: string }[];
}) => (
  <ul className={styles['changes']}>
    {of.map(({ key, kind, name, before, after }) => (
      <li key={key} className={styles['change']}>
        <span>
          <span className={styles['kind']}>{kind}</span> <Said>{name}</Said>
        </span>
        <span>
          <del className={styles['before']}>
            <Said>{before}</Said>
          </del>
          <span className={styles['arrow']} />
          <ins className={styles['after']}>
            <Said>{after}</Said>
          </ins>
        </span>
      </li>
    ))}
  </ul>
);
