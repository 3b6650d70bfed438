/** One answer of a target. */
export const completionExample = {
  id: 'chatcmpl-3a9f41c07b2de815',
  object: 'chat.completion' as const,
  created: 1_795_953_600,
  model: 'deepseek/deepseek-flash',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
};
