import { pino } from 'pino';
import { z } from 'zod';
import {
  createLlm,
  type Llm,
  type LlmRequest,
  type noLlm,
} from '../../../activities/providers/language-models.ts';
import type { LlmSettings } from '../../../activities/providers/settings.ts';
import type { LlmCallStore, StoredLlmCall } from '../../../store/autonomy/llm-calls.ts';
import { startFakeProvider, type FakeProvider, type Reply } from './fake-provider.ts';

export const key = 'sk-secret-0123456789';
export const intent = z.strictObject({ action: z.enum(['open', 'wait']), ttl: z.number() });
export const good = '{"action":"open","ttl":20}';

let provider: FakeProvider | undefined;
/** Stops the provider of the last test. */
export const closeLlmEnvironment = async (): Promise<void> => provider?.close();

/** A client of a model, over a local provider that speaks the real protocol. */
export interface LlmEnvironment {
  llm: Llm;
  server: FakeProvider;
  rows: StoredLlmCall[];
  log: string[];
  ask(
    change?: Partial<LlmRequest<z.infer<typeof intent>>>,
  ): ReturnType<typeof noLlm.ask<z.infer<typeof intent>>>;
}

export async function llmEnvironment(
  replies: Reply[],
  change: Partial<LlmSettings> = {},
  calls: Partial<Pick<LlmCallStore, 'spent'>> = {},
): Promise<LlmEnvironment> {
  const server = (provider = await startFakeProvider(...replies));
  const rows: StoredLlmCall[] = [];
  const log: string[] = [];
  const settings: LlmSettings = {
    kind: 'openai_compatible',
    provider: 'fake',
    model: 'small',
    base_url: server.url,
    key,
    price: { in: 1, out: 10 },
    budget: { usd_per_day: 1, tokens_per_day: 1e6 },
    ...change,
  };
  const llm = createLlm(settings, {
    clock: Date.now,
    log: pino({ level: 'trace' }, { write: (line) => void log.push(line) }),
    calls: {
      record: async (row) => void rows.push(row),
      spent: async () => ({
        calls: rows.length,
        tokens: rows.reduce((sum, row) => sum + row.tokens_in + row.tokens_out, 0),
        cost_usd: rows.reduce((sum, row) => sum + (row.cost_usd ?? 0), 0),
      }),
      ...calls,
    },
  });
  const request = {
    purpose: 'parse',
    system: 'You parse.',
    user: 'open switch',
    schema: intent,
    timeout_ms: 2000,
    correlation_id: 'c-1',
  } as const;
  return { llm, server, rows, log, ask: (more = {}) => llm.ask({ ...request, ...more }) };
}
