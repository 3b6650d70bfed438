import { pullBody, type PullBody } from '../../contracts/models.ts';

/** The pull that the text of a step asks for: `OWNER/NAME`, `OWNER/NAME FILE`, or `ollama NAME`; null if it is none. */
export function pullOf(text: string): PullBody | null {
  const [first = '', second, ...more] = text.trim().split(/\s+/);
  if (more.length > 0) return null;
  const asked =
    first === 'ollama'
      ? { source: 'ollama', model: second }
      : { model: first, ...(second !== undefined && { file: second }) };
  return pullBody.safeParse(asked).data ?? null;
}
