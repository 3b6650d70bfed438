import type { UseQueryResult } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useWords } from '../base/words.ts';
import type { CallError } from '../live/call.ts';
import { Button } from './button.tsx';
import { Id, Said } from './said.tsx';
import styles from './page.module.css';

const words = {
  again: ['Try again', 'Reintentar'],
  failed: ['This could not be read', 'No se pudo leer'],
  noAnswer: [
    'VX11 does not answer. The page keeps trying.',
    'VX11 no responde. La página sigue intentándolo.',
  ],
  notFound: ['Not here', 'No está aquí'],
  loading: ['Loading', 'Cargando'],
  correlation: ['correlation id', 'id de correlación'],
} as const;

let first = true;

/** A page: its title gets the focus when a person arrives at it, so that a screen reader says where it is. */
export function Page({
  title,
  aside,
  children,
}: {
  title: React.ReactNode;
  aside?: React.ReactNode;
  children: React.ReactNode;
}) {
  const [path] = useLocation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!first) heading.current?.focus({ preventScroll: true });
    first = false;
  }, [path]);
  return (
    <main className={styles['page']} id="main">
      <header className={styles['head']}>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {aside !== undefined && <div className={styles['aside']}>{aside}</div>}
      </header>
      {children}
    </main>
  );
}

/** A part of a page under a heading with a hairline. */
export function Section({
  title,
  count,
  aside,
  children,
}: {
  title: string;
  count?: number | undefined;
  aside?: React.ReactNode;
  children: React.ReactNode;
}) {
  return (
    <section className={styles['section']}>
      <header className={styles['bar']}>
        <h2>
          {title}
          {count !== undefined && <span className={styles['count']}>{count}</span>}
        </h2>
        {aside !== undefined && <div className={styles['aside']}>{aside}</div>}
      </header>
      {children}
    </section>
  );
}

/** Grey lines of the size of what will be there, shown only if it takes a moment. */
export function Skeleton({ rows = 4 }: { rows?: number }) {
  const t = useWords(words);
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 200);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={styles['skeleton']} role="status" aria-label={late ? t.loading : undefined}>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={late ? styles['line'] : styles['gap']} />
      ))}
    </div>
  );
}

export const Empty = ({ children, act }: { children: React.ReactNode; act?: React.ReactNode }) => (
  <div className={styles['empty']}>
    <p>{children}</p>
    {act}
  </div>
);

/** Why something failed: what happened, its detail, and the id to look for in the log. */
export function Failure({ error, onRetry }: { error: CallError; onRetry?: () => void }) {
  const t = useWords(words);
  const { title, detail, correlation_id, errors, hint } = error.problem;
  const lost = error.code === 'no_answer';
  return (
    <div className={styles['failure']} role="alert">
      <p className={styles['what']}>{lost ? t.noAnswer : <Said english>{title}</Said>}</p>
      {detail !== undefined && (
        <p>
          <Said english>{detail}</Said>
        </p>
      )}
      {errors?.map(({ field, problem }) => (
        <p key={field}>
          <code>{field}</code> <Said english>{problem}</Said>
        </p>
      ))}
      {hint !== undefined && (
        <p>
          <Said english>{hint}</Said>
        </p>
      )}
      <div className={styles['foot']}>
        {onRetry !== undefined && <Button onPress={onRetry}>{t.again}</Button>}
        {correlation_id !== undefined && <Id what={t.correlation}>{correlation_id}</Id>}
      </div>
    </div>
  );
}

/** Shows an answer once it is there: its skeleton before, its failure otherwise. An old answer stays while a new one fails. */
export function Answer<T>({
  of,
  rows,
  children,
}: {
  of: UseQueryResult<T, CallError>;
  rows?: number;
  children: (data: T) => React.ReactNode;
}) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.error !== null) return <Failure error={of.error} onRetry={() => void of.refetch()} />;
  return <Skeleton {...(rows !== undefined && { rows })} />;
}

/** One line that a person should know, such as why nothing can be changed here. */
export const Note = ({
  tone = 'calm',
  children,
  act,
}: {
  tone?: 'calm' | 'warn' | 'bad' | 'good';
  children: React.ReactNode;
  act?: React.ReactNode;
}) => (
  <div className={`${styles['note']} ${styles[`note-${tone}`]}`}>
    <div>{children}</div>
    {act}
  </div>
);

/** Names and their values, in two columns. */
export const Facts = ({ of }: { of: readonly (readonly [string, React.ReactNode] | null)[] }) => (
  <dl className={styles['facts']}>
    {of.map(
      (fact) =>
        fact !== null && (
          <div key={fact[0]}>
            <dt>{fact[0]}</dt>
            <dd>{fact[1]}</dd>
          </div>
        ),
    )}
  </dl>
);
