import type { KnownProvider } from './known-provider.ts';

/** Those who serve models of others. */
export const hosts: readonly KnownProvider[] = [
  {
    id: 'azure',
    base_url: 'https://{AZURE_RESOURCE_NAME}.openai.azure.com/openai/v1',
    keys: ['AZURE_API_KEY', 'AZURE_OPENAI_API_KEY'],
    quirks: { max_tokens_field: 'max_completion_tokens', strict_tools: true },
  },
  {
    id: 'groq',
    base_url: 'https://api.groq.com/openai/v1',
    keys: ['GROQ_API_KEY'],
    fast: true,
  },
  { id: 'together', base_url: 'https://api.together.ai/v1', keys: ['TOGETHER_API_KEY'] },
  {
    id: 'fireworks',
    base_url: 'https://api.fireworks.ai/inference/v1',
    keys: ['FIREWORKS_API_KEY'],
    quirks: { affinity_header: 'x-session-affinity' },
  },
  { id: 'deepinfra', base_url: 'https://api.deepinfra.com/v1/openai', keys: ['DEEPINFRA_API_KEY'] },
  {
    id: 'cerebras',
    base_url: 'https://api.cerebras.ai/v1',
    keys: ['CEREBRAS_API_KEY'],
    fast: true,
  },
  { id: 'baseten', base_url: 'https://inference.baseten.co/v1', keys: ['BASETEN_API_KEY'] },
  {
    id: 'nvidia',
    base_url: 'https://integrate.api.nvidia.com/v1',
    keys: ['NVIDIA_API_KEY'],
  },
  {
    id: 'sambanova',
    base_url: 'https://api.sambanova.ai/v1',
    keys: ['SAMBANOVA_API_KEY'],
    fast: true,
  },
  { id: 'nebius', base_url: 'https://api.studio.nebius.ai/v1', keys: ['NEBIUS_API_KEY'] },
  { id: 'novita', base_url: 'https://api.novita.ai/v3/openai', keys: ['NOVITA_API_KEY'] },
  { id: 'hyperbolic', base_url: 'https://api.hyperbolic.xyz/v1', keys: ['HYPERBOLIC_API_KEY'] },
  {
    id: 'friendli',
    base_url: 'https://api.friendli.ai/serverless/v1',
    keys: ['FRIENDLIAI_API_KEY'],
  },
  {
    id: 'featherless',
    base_url: 'https://api.featherless.ai/v1',
    keys: ['FEATHERLESS_AI_API_KEY'],
  },
  { id: 'chutes', base_url: 'https://llm.chutes.ai/v1', keys: ['CHUTES_API_KEY'] },
  { id: 'wandb', base_url: 'https://api.inference.wandb.ai/v1', keys: ['WANDB_API_KEY'] },
  { id: 'scaleway', base_url: 'https://api.scaleway.ai/v1', keys: ['SCW_SECRET_KEY'] },
  {
    id: 'ovhcloud',
    base_url: 'https://oai.endpoints.kepler.ai.cloud.ovh.net/v1',
    keys: ['OVHCLOUD_API_KEY'],
  },
  {
    id: 'volcengine',
    base_url: 'https://ark.cn-beijing.volces.com/api/v3',
    keys: ['VOLCENGINE_API_KEY'],
  },
  {
    id: 'modelscope',
    base_url: 'https://api-inference.modelscope.cn/v1',
    keys: ['MODELSCOPE_API_KEY'],
  },
  { id: 'venice', base_url: 'https://api.venice.ai/api/v1', keys: ['VENICE_AI_API_KEY'] },
  { id: 'poe', base_url: 'https://api.poe.com/v1', keys: ['POE_API_KEY'] },
  {
    id: 'opencode',
    base_url: 'https://opencode.ai/inference/openai/v1',
    keys: ['OPENCODE_API_KEY'],
  },
  {
    id: 'cloudflare',
    base_url: 'https://api.cloudflare.com/client/v4/accounts/{CLOUDFLARE_ACCOUNT_ID}/ai/v1',
    keys: ['CLOUDFLARE_API_KEY'],
    lists: false,
  },
  {
    id: 'ollama-cloud',
    kind: 'ollama',
    base_url: 'https://ollama.com',
    keys: ['OLLAMA_API_KEY'],
  },
];

/** Those who choose among providers themselves. */
export const routers: readonly KnownProvider[] = [
  {
    id: 'openrouter',
    base_url: 'https://openrouter.ai/api/v1',
    keys: ['OPENROUTER_API_KEY'],
    router: true,
    quirks: { cache_control: true },
  },
  {
    id: 'huggingface',
    base_url: 'https://router.huggingface.co/v1',
    keys: ['HF_TOKEN'],
    router: true,
  },
  {
    id: 'vercel',
    base_url: 'https://ai-gateway.vercel.sh/v1',
    keys: ['AI_GATEWAY_API_KEY'],
    router: true,
  },
];
