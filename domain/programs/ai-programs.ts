import { authOf, nameless, programsOf, slow } from './program.ts';

/** Programs that speak to language models or run them. Several do much more than print their version when asked for it. */
export const aiPrograms = programsOf('ai', [
  ['codex', authOf(['OPENAI_API_KEY', 'CODEX_API_KEY'], '.codex/auth.json')],
  ['claude', authOf(['ANTHROPIC_API_KEY'], '.claude/.credentials.json')],
  [
    'gemini: -',
    {
      never: 'it takes up to 12 s and leaves temporary files',
      ...authOf(['GEMINI_API_KEY', 'GOOGLE_API_KEY'], '.gemini/oauth_creds.json'),
    },
  ],
  ['qwen: -', { ...slow, ...authOf(['DASHSCOPE_API_KEY'], '.qwen/oauth_creds.json') }],
  ['opencode: -', { ...slow, ...authOf([], '.local/share/opencode/auth.json') }],
  [
    'copilot: -',
    {
      never: 'it unpacks 235 MB first',
      ...authOf(['COPILOT_GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_TOKEN'], '.copilot/config.json'),
    },
  ],
  [
    'aider',
    {
      env: { AIDER_CHECK_UPDATE: 'false' },
      dist: 'aider-chat',
      ...authOf(['OPENAI_API_KEY', 'ANTHROPIC_API_KEY']),
    },
  ],
  ['goose', authOf([], '.config/goose/secrets.yaml')],
  ['amp', authOf(['AMP_API_KEY'], '.local/share/amp/secrets.json')],
  ['cursor-agent', authOf(['CURSOR_API_KEY'], '.config/cursor/auth.json')],
  ['crush', authOf([], '.local/share/crush/crush.json')],
  ['llm', { dist: 'llm', ...authOf(['OPENAI_API_KEY'], '.config/io.datasette.llm/keys.json') }],
  ['sgpt', { dist: 'shell-gpt', ...authOf(['OPENAI_API_KEY'], '.config/shell_gpt/.sgptrc') }],
  // it dials its server and says so, with exit code 0
  'ollama',
  'llama-cli',
  'llama-server',
  ['llamafile: -', { never: 'it runs the model' }],
  ['lms: -', { never: 'it may start a daemon' }],
  ['vllm: -', { never: 'it imports torch', dist: 'vllm' }],
  ['hf: version', { dist: 'huggingface_hub', ...authOf(['HF_TOKEN'], '.cache/huggingface/token') }],
  [
    'huggingface-cli: version',
    { dist: 'huggingface_hub', ...authOf(['HF_TOKEN'], '.cache/huggingface/token') },
  ],
  // names under which older versions looked for the programs above
  ['codex-cli: -', nameless],
  ['claude-cli: -', nameless],
  ['gemini-cli: -', nameless],
  ['gpt-cli: -', nameless],
]);
