import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { money, positive, type Row } from './columns.ts';

/** Our providers → its file, and the protocols whose models can be reached at our address; all by default. */
const files: Readonly<Record<string, { file: string; apis?: readonly string[] }>> = {
  openai: { file: 'openai', apis: ['openai-responses'] },
  anthropic: { file: 'anthropic' },
  gemini: { file: 'google' },
  mistral: { file: 'mistral' },
  xai: { file: 'xai' },
  deepseek: { file: 'deepseek' },
  moonshot: { file: 'moonshotai' },
  zai: { file: 'zai' },
  minimax: { file: 'minimax' },
  meta: { file: 'meta' },
  xiaomi: { file: 'xiaomi' },
  groq: { file: 'groq' },
  together: { file: 'together' },
  fireworks: { file: 'fireworks' },
  cerebras: { file: 'cerebras' },
  baseten: { file: 'baseten' },
  nvidia: { file: 'nvidia' },
  opencode: { file: 'opencode', apis: ['openai-completions'] },
  cloudflare: { file: 'cloudflare-workers-ai', apis: ['openai-completions'] },
  openrouter: { file: 'openrouter', apis: ['anthropic-messages', 'openai-completions'] },
  huggingface: { file: 'huggingface' },
  vercel: { file: 'vercel-ai-gateway', apis: ['anthropic-messages'] },
};

const model = z.object({
  id: z.string().min(1),
  type: z.string(),
  reasoning: z.boolean(),
  input: z.array(z.string()),
  contextWindow: z.number(),
  maxTokens: z.number(),
  cost: z.object({ input: z.number(), output: z.number(), cacheRead: z.number() }),
  compat: z.record(z.string(), z.unknown()).optional(),
});
type Model = z.infer<typeof model>;
const file = z.record(z.string(), z.record(z.string(), z.unknown()));

export interface PiData {
  version: string;
  /** When its authors made the data: `2026-11-20`. */
  day: string;
  providers: Record<string, Row[]>;
}

/** Reads the unpacked package `@earendil-works/pi-ai`. Its models are chat models that can call tools, says its README. */
export async function readPiAi(folder: string): Promise<PiData> {
  const json = async (...path: string[]): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, ...path), 'utf8'));
  const data = ['dist', 'providers', 'data'];
  const { version } = z.object({ version: z.string() }).parse(await json('package.json'));
  const { generatedAt } = z
    .object({ generatedAt: z.iso.datetime() })
    .parse(await json(...data, '.manifest.json'));
  const providers: Record<string, Row[]> = {};
  for (const [id, { file: name, apis }] of Object.entries(files)) {
    const byApi = Object.entries(file.parse(await json(...data, `${name}.json`)));
    const rows = byApi
      .filter(([api]) => apis === undefined || apis.includes(api))
      .flatMap(([api, models]) => Object.values(models).flatMap((one) => rowsOf(one, id, api)));
    const once = new Map(rows.map((row) => [row[0], row]));
    providers[id] = [...once.values()].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }
  return { version, day: generatedAt.slice(0, 10), providers };
}

function rowsOf(value: unknown, provider: string, api: string): Row[] {
  const parsed = model.safeParse(value);
  if (!parsed.success || parsed.data.type !== 'chat' || /-batch$|:batch$/.test(parsed.data.id))
    return [];
  const { id, contextWindow, maxTokens, cost } = parsed.data;
  // 0 is what it writes for an unknown price as well as for a free one
  const known = (cost.input > 0 && cost.output > 0) || id.endsWith(':free');
  const priced = (amount: number): number | null => (known ? (money(amount) ?? 0) : null);
  return [
    [
      id,
      positive(contextWindow),
      positive(maxTokens),
      priced(cost.input),
      priced(cost.output),
      money(cost.cacheRead),
      canOf(parsed.data, api),
      quirksOf(parsed.data, provider),
    ],
  ];
}

const canOf = ({ input, reasoning, compat = {} }: Model, api: string): string => {
  const json = api !== 'openai-completions' || compat['supportsStrictMode'] !== false;
  return [
    't',
    input.includes('image') ? 'v' : '',
    json ? 'j' : '',
    input.includes('audio') ? 'a' : '',
    reasoning ? 'r' : '',
  ].join('');
};

const quirksOf = ({ reasoning, compat = {} }: Model, provider: string): string => {
  // models of OpenAI that reason refuse a temperature other than 1
  const cold = compat['supportsTemperature'] === false || (provider === 'openai' && reasoning);
  return [
    cold ? 'T' : '',
    compat['supportsStrictMode'] === true || compat['supportsStrictTools'] === true ? 'S' : '',
    compat['requiresReasoningContentOnAssistantMessages'] === true ? 'B' : '',
  ].join('');
};
