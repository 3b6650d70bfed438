import { useState } from 'react';
import type { WindowView } from '../../../contracts/window.ts';
import { clockTime } from '../../base/format.ts';
import { usePreferences } from '../../base/preferences.ts';
import { useWords } from '../../base/words.ts';
import { Dialog, DialogForm } from '../../parts/dialog.tsx';
import { TextField } from '../../parts/field.tsx';
import { nameOf, useExtend } from '../../things/window-acts.tsx';
import { words } from './words.ts';

/** Extends a window by any time; says the new end before it is asked for. */
export function ExtendDialog({ window, onClose }: { window: WindowView; onClose: () => void }) {
  const t = useWords(words);
  const { clock } = usePreferences();
  const [minutes, setMinutes] = useState('10');
  const extend = useExtend(window);
  const by = Number(minutes);
  const valid = Number.isInteger(by) && by >= 1 && by <= 1440;
  const limit = Date.parse(window.max_expires_at ?? window.expires_at!);
  const end = Date.parse(window.expires_at!) + (valid ? by : 0) * 60_000;
  const hint = end > limit ? t.cutEnd(clockTime(limit, clock)) : t.newEnd(clockTime(end, clock));
  return (
    <Dialog title={`${t.extendTitle}: ${nameOf(window)}`} onClose={onClose}>
      <DialogForm
        state={extend.state}
        deed={t.extendTitle}
        busy={extend.busy && t.asking}
        onAct={() => {
          if (valid) void extend.run(by * 60).then(onClose);
        }}
        onClose={onClose}
      >
        <TextField
          label={t.byMinutes}
          hint={hint}
          problem={valid ? undefined : t.wrong}
          inputMode="numeric"
          value={minutes}
          onChange={setMinutes}
        />
      </DialogForm>
    </Dialog>
  );
}
