import { useWords } from '../base/words.ts';
import type { ActState } from '../live/act.ts';
import { ActFailure } from './act-failure.tsx';
import { Button } from './button.tsx';
import { DialogActs } from './dialog.tsx';

const words = { notNow: ['Not now', 'Ahora no'] } as const;

/**
 * The form of a dialog: its fields, why its act failed, and the buttons that leave and that act.
 * @param deed the label of the button that acts
 * @param busy what the button says while it acts, or false
 * @param blocked why it cannot act now
 */
export function DialogForm({
  state,
  deed,
  busy,
  blocked,
  onAct,
  onClose,
  children,
}: {
  state: ActState;
  deed: string;
  busy: false | string;
  blocked?: string | undefined;
  onAct: () => void;
  onClose: () => void;
  children: React.ReactNode;
}) {
  const t = useWords(words);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (blocked === undefined) onAct();
      }}
    >
      {children}
      <ActFailure state={state} />
      <DialogActs away={<Button onPress={onClose}>{t.notNow}</Button>}>
        <Button type="submit" weight="primary" busy={busy} blocked={blocked}>
          {deed}
        </Button>
      </DialogActs>
    </form>
  );
}
