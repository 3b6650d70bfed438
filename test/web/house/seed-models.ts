import type { ModelPull, ModelView } from '../../../contracts/models.ts';
import { queuedScan } from '../../../domain/programs/scan.ts';
import { modelExample, pullExample } from '../../../gateway/models/examples.ts';
import { programExample } from '../../../gateway/programs/examples.ts';
import type { Store } from '../../../store/index.ts';
import type { KeptProgram } from '../../../store/programs/programs.ts';
import { iso, minute } from '../../domain/samples.ts';

const model = (nth: number, name: string, change: Partial<ModelView> = {}): ModelView => ({
  ...modelExample,
  model_id: `model-0000000${nth}`,
  name,
  files: modelExample.files.map((file) => ({ ...file, sha256: String(nth).repeat(64) })),
  ...change,
});

/** Models in every state, a pull under way and one that failed, and the programs of a host. @returns the id of that one */
export async function seedModels(store: Store): Promise<string> {
  const now = Date.now();
  const used = { last_used_at: iso(now - 12 * minute), use_score: 6.4 };
  const quarantine = {
    status: 'quarantined',
    reason: 'It claims to be GGUF, and is a pickle.',
  } as const;
  const save = [
    model(1, 'ana/smollm2-gguf:smollm2-135m-q4_1.gguf', { ...used, pinned: true }),
    model(2, 'whisper-base.onnx', { source: 'found', format: 'onnx', license: null }),
    model(3, 'old/pytorch_model.gguf', { ...quarantine, source: 'found', license: null }),
    model(4, 'ana/qwen3-gguf:qwen3-0.6b.gguf', { status: 'missing', files: [] }),
    model(5, 'smollm2:135m', { source: 'ollama', files: [], commit: null }),
    model(6, 'ana/tiny:tiny.gguf', { status: 'removing', size_bytes: 12e6 }),
  ];
  await store.models.change('box', () => ({ change: { save, events: [] }, result: null }));
  const pull = (job_id: string, change: Partial<ModelPull>) =>
    store.models.pulls.create(
      { ...pullExample, created_at: iso(now - minute), job_id, ...change },
      [],
      null,
    );
  await pull('pull-00000001', { model: 'ana/phi-gguf', file: 'phi-3-mini.gguf' });
  const full = 'The disk has 41 MB left and 58 MB are missing. Make room, then pull again.';
  const failed = { status: 'failed', cause: 'disk_full', detail: full } as const;
  await pull('pull-00000002', { ...failed, finished_at: iso(now) });
  await seedPrograms(store, now);
  return 'pull-00000002';
}

async function seedPrograms(store: Store, now: number): Promise<void> {
  const program = (name: string, change: Partial<KeptProgram>): KeptProgram => {
    const { host: _host, ...finding } = programExample;
    return { ...finding, name, path: `/usr/bin/${name}`, identity: null, asked: false, ...change };
  };
  const off = { usable: false, reason: 'a link that leads nowhere', version: null } as const;
  await store.programs.replace('box', [
    program('docker', { category: 'containers', version: '28.2.2', version_from: 'run' }),
    program('git', { category: 'version-control', version: '2.39.5', auth: 'ready' }),
    program('kubectl', { category: 'containers', version: '1.32.4', auth: 'missing' }),
    program('node', { category: 'languages', version: '24.9.0', auth: 'unknown' }),
    program('terraform', { ...off, category: 'infrastructure', auth: 'unknown' }),
  ]);
  const asked = { scan_id: 'scan-00000001', host: 'box', owner: 'ana', correlation_id: 'c' };
  const scan = queuedScan({ ...asked, refresh: false }, 140, now - 3 * minute);
  const counts = { found: 5, usable: 4, finished_at: iso(now - 3 * minute + 900) };
  await store.programs.create({ ...scan, status: 'done', ...counts }, [], null);
}
