import { useCallback, useState } from 'react';
import { useLocation } from 'wouter';
import type { ModelSource, PullAnswer } from '../../../contracts/models.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import { changeSurely } from '../../live/call.ts';
import { markChanged } from '../../live/queries.ts';
import { announce } from '../../parts/announce.tsx';
import { Dialog, DialogForm } from '../../parts/dialog.tsx';
import { Choice, TextField } from '../../parts/field.tsx';
import { Note } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { HubSearch } from './hub-search.tsx';
import { words } from './words.ts';

/** Brings a model: from the hub, where it can be looked for, or by Ollama. */
export function PullDialog({ onClose }: { onClose: () => void }) {
  const t = useWords(words);
  const [, go] = useLocation();
  const [source, setSource] = useState<ModelSource>('hub');
  const [model, setModel] = useState('');
  const [file, setFile] = useState('');
  const [keep, setKeep] = useState<'no' | 'yes'>('no');
  const [hint, setHint] = useState<string | null>(null);
  const act = useAct(
    useCallback(
      async ({ key, onLost }) => {
        const named = file.trim();
        const body = {
          model: model.trim(),
          source,
          pin: keep === 'yes',
          ...(source === 'hub' && named !== '' && { file: named }),
        };
        const sent = { body, key };
        const answer = await changeSurely<PullAnswer>('POST', '/hermes/models/pull', sent, onLost);
        markChanged(['host_models']);
        if (answer.job === null) {
          setHint(answer.hint);
          return;
        }
        announce(t.pullStarted);
        go(`/models?job=${answer.job.job_id}`, { replace: true });
      },
      [model, source, file, keep, go, t],
    ),
  );
  const blocked = model.trim() === '' ? t.nameIt : undefined;
  return (
    <Dialog title={t.pullTitle} wide onClose={onClose}>
      <DialogForm
        state={act.state}
        deed={t.pullNow}
        busy={act.busy && t.asking}
        blocked={blocked}
        onAct={() => void act.run()}
        onClose={onClose}
      >
        <Choice
          label={t.source}
          value={source}
          options={[
            ['hub', t.from_hub],
            ['ollama', t.from_ollama],
          ]}
          onChange={setSource}
        />
        <TextField
          label={t.model}
          hint={source === 'hub' ? t.modelHint : t.ollamaHint}
          maxLength={200}
          value={model}
          onChange={setModel}
        />
        {source === 'hub' && (
          <>
            <TextField
              label={t.file}
              hint={t.fileHint}
              maxLength={300}
              value={file}
              onChange={setFile}
            />
            <HubSearch
              find={model}
              onModel={(repo) => {
                setModel(repo);
                setFile('');
              }}
              onFile={setFile}
            />
          </>
        )}
        <Choice
          label={t.keep}
          value={keep}
          options={[
            ['no', t.mayLeave],
            ['yes', t.pinIt],
          ]}
          onChange={setKeep}
        />
        {hint !== null && (
          <Note tone="warn">
            <Said english>{hint}</Said>
          </Note>
        )}
      </DialogForm>
    </Dialog>
  );
}
