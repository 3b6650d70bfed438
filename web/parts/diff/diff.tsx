import { lazy, Suspense, useMemo } from 'react';
import { Said } from '../said.tsx';
import { parseDiff } from './parse.ts';
import styles from './diff.module.css';

/** Loaded with the first diff that is shown: most pages that could show one do not. */
const OneFile = lazy(async () => ({ default: (await import('./diff-file.tsx')).OneFile }));

/** A unified diff, line by line. A text that is no diff is shown as it is. */
export function Diff({ text }: { text: string }) {
  const files = useMemo(() => parseDiff(text), [text]);
  if (text === '') return null;
  const raw = (
    <pre className={styles['raw']}>
      <Said>{text}</Said>
    </pre>
  );
  if (files.length === 0) return raw;
  return (
    <Suspense fallback={raw}>
      {files.map((file) => (
        <OneFile key={file.path} file={file} />
      ))}
    </Suspense>
  );
}
