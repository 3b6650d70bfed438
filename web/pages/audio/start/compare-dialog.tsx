import { useState } from 'react';
import { useWords } from '../../../base/words.ts';
import { words } from '../words.ts';
import { FileField } from './select-field.tsx';
import { StartForm } from './start-form.tsx';
import { useStart } from './use-start.ts';

/** Brings two files to one loudness, to be heard side by side. */
export function CompareDialog({
  names,
  onClose,
}: {
  names: readonly string[];
  onClose: () => void;
}) {
  const t = useWords(words);
  const [chosenA, setA] = useState('');
  const [chosenB, setB] = useState('');
  const a = names.includes(chosenA) ? chosenA : (names[0] ?? '');
  const b = names.includes(chosenB) ? chosenB : (names[1] ?? a);
  return (
    <StartForm
      title={t.compareTitle}
      deed={t.compareNow}
      body={{ a, b }}
      problem={a === b ? t.chooseOther : undefined}
      start={useStart('compare')}
      onClose={onClose}
    >
      <FileField label={t.fileA} names={names} value={a} onChange={setA} />
      <FileField label={t.fileB} names={names} value={b} onChange={setB} />
    </StartForm>
  );
}
