import { useSearchParams } from 'wouter';
import type { WindowView } from '../../../contracts/window.ts';
import { useCloseLayer } from '../../base/layer.ts';
import { useWords } from '../../base/words.ts';
import { useMay } from '../../live/session.ts';
import { Button } from '../../parts/button.tsx';
import { useBlocked } from '../../things/blocked.ts';
import { WindowActs } from '../../things/window-acts.tsx';
import { ExtendDialog } from './extend-dialog.tsx';
import { words } from './words.ts';

/** Extends a window, or closes it. */
export function Acts({ window }: { window: WindowView }) {
  const t = useWords(words);
  const mayChange = useMay('operator');
  const blocked = useBlocked();
  const [search, setSearch] = useSearchParams();
  const close = useCloseLayer(`/windows/${window.window_id}`);
  const timed = window.state === 'open' && window.expires_at !== null;
  const shown = search.has('extend') && timed && mayChange;
  return (
    <>
      {timed && mayChange && (
        <Button onPress={() => setSearch({ extend: '' })} blocked={blocked}>
          {t.extendTo}
        </Button>
      )}
      <WindowActs window={window} />
      {shown && <ExtendDialog window={window} onClose={close} />}
    </>
  );
}
