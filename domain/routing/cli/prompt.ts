import { textIn } from '../request/loose.ts';

/** The turns of a conversation as one prompt; the texts of one turn alone if there is only one. */
export function promptOf(messages: readonly { role?: unknown; content?: unknown }[]): string {
  const turns = messages.map(({ role, content }) => ({
    role: String(role),
    text: textOf(content),
  }));
  if (turns.length === 1) return turns[0]!.text;
  return turns.map(({ role, text }) => `${role}: ${text}`).join('\n\n');
}

const textOf = (content: unknown): string => {
  if (typeof content === 'string') return content;
  const parts = Array.isArray(content) ? (content as { text?: unknown }[]) : [];
  return parts
    .map(({ text }) => textIn(text))
    .filter((text) => text !== '')
    .join('\n');
};
