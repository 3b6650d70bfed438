import {
  createMcpHandler,
  fromJsonSchema,
  McpServer,
  ResourceTemplate,
  completable,
} from '@modelcontextprotocol/server';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { serveNode } from '../../../../gateway/mcp/node-handler.ts';
import type { McpEndpoint } from '../../../../gateway/mcp/routes.ts';
import { addInputTools, verifyState } from './example-inputs.ts';

/** One red pixel, and a WAV file without samples. */
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
const wav = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';

const text = (words: string) => ({ content: [{ type: 'text' as const, text: words }] });
const image = { type: 'image' as const, data: png, mimeType: 'image/png' };
const user = (content: object) => ({ role: 'user' as const, content: content as never });

/** The schema of which the suite wants every keyword back. */
const fullSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
};

const headerSchema = {
  type: 'object',
  properties: { region: { type: 'string', 'x-mcp-header': 'Region' } },
  required: ['region'],
};

function addTools(server: McpServer): void {
  const tool = (name: string, run: Parameters<typeof server.registerTool>[2]): void =>
    void server.registerTool(name, { description: `For the suite: ${name}` }, run as never);
  tool('test_simple_text', () => text('This is a simple text response for testing.'));
  tool('test_image_content', () => ({ content: [image] }));
  tool('test_audio_content', () => ({
    content: [{ type: 'audio', data: wav, mimeType: 'audio/wav' }],
  }));
  tool('test_embedded_resource', () => ({
    content: [
      {
        type: 'resource',
        resource: {
          uri: 'test://embedded-resource',
          mimeType: 'text/plain',
          text: 'This is an embedded resource content.',
        },
      },
    ],
  }));
  tool('test_multiple_content_types', () => ({
    content: [
      { type: 'text', text: 'Multiple content types test:' },
      image,
      {
        type: 'resource',
        resource: {
          uri: 'test://mixed-content-resource',
          mimeType: 'application/json',
          text: '{"test":"data","value":123}',
        },
      },
    ],
  }));
  tool('test_error_handling', () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
  server.registerTool(
    'test_tool_with_progress',
    { description: 'Reports progress' },
    async ({ mcpReq }) => {
      const progressToken = mcpReq['_meta']?.progressToken;
      for (const progress of [0, 50, 100]) {
        const params = { progressToken: progressToken!, progress, total: 100 };
        if (progressToken !== undefined) {
          await mcpReq.notify({ method: 'notifications/progress', params });
        }
        await sleep(50);
      }
      return text('done');
    },
  );
  for (const [name, pauseMs] of [
    ['test_tool_with_logging', 50],
    ['test_logging_tool', 0], // the suite waits half a second for it
  ] as const) {
    server.registerTool(name, { description: 'Logs' }, async ({ mcpReq }) => {
      for (const words of ['started', 'processing data', 'completed']) {
        await mcpReq.log('info', `Tool ${words}`);
        await sleep(pauseMs);
      }
      return text('done');
    });
  }
  server.registerTool(
    'json_schema_2020_12_tool',
    { description: 'Has a full schema', inputSchema: fromJsonSchema(fullSchema as never) },
    () => text('done'),
  );
  server.registerTool(
    'test_custom_header',
    { description: 'Has a header', inputSchema: fromJsonSchema(headerSchema as never) },
    () => text('done'),
  );
}

function addResources(server: McpServer): void {
  server.registerResource(
    'static-text',
    'test://static-text',
    { description: 'Text', mimeType: 'text/plain' },
    ({ href: uri }) => ({
      contents: [
        { uri, mimeType: 'text/plain', text: 'This is the content of the static text resource.' },
      ],
    }),
  );
  server.registerResource(
    'static-binary',
    'test://static-binary',
    { description: 'Bytes', mimeType: 'image/png' },
    ({ href: uri }) => ({ contents: [{ uri, mimeType: 'image/png', blob: png }] }),
  );
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { description: 'One of many', mimeType: 'application/json' },
    ({ href: uri }, { id }) => ({
      contents: [
        {
          uri,
          mimeType: 'application/json',
          text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${String(id)}` }),
        },
      ],
    }),
  );
}

function addPrompts(server: McpServer): void {
  server.registerPrompt('test_simple_prompt', { description: 'Simple' }, () => ({
    messages: [user({ type: 'text', text: 'This is a simple prompt for testing.' })],
  }));
  server.registerPrompt(
    'test_prompt_with_arguments',
    {
      description: 'With arguments',
      argsSchema: z.object({
        arg1: completable(z.string(), (typed) =>
          ['paris', 'park', 'party'].filter((word) => word.startsWith(typed)),
        ),
        arg2: z.string(),
      }),
    },
    ({ arg1, arg2 }) => ({
      messages: [
        user({ type: 'text', text: `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'` }),
      ],
    }),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'With a resource', argsSchema: z.object({ resourceUri: z.string() }) },
    ({ resourceUri: uri }) => ({
      messages: [
        user({
          type: 'resource',
          resource: {
            uri,
            mimeType: 'text/plain',
            text: 'Embedded resource content for testing.',
          },
        }),
        user({ type: 'text', text: 'Please process the embedded resource above.' }),
      ],
    }),
  );
  server.registerPrompt('test_prompt_with_image', { description: 'With an image' }, () => ({
    messages: [user(image), user({ type: 'text', text: 'Please analyze the image above.' })],
  }));
}

/** The tools, prompts and resources that the suite's scenarios call, to be mounted as the product's server is. */
export function createExampleServer(): McpEndpoint {
  const cacheHint = { ttlMs: 1000, cacheScope: 'private' } as const;
  const handler = createMcpHandler(() => {
    const server = new McpServer(
      { name: 'example', version: '1.0.0' },
      {
        capabilities: { tools: {}, logging: {}, completions: {} },
        requestState: { verify: verifyState },
        cacheHints: {
          'tools/list': cacheHint,
          'prompts/list': cacheHint,
          'resources/list': cacheHint,
          'resources/templates/list': cacheHint,
          'resources/read': cacheHint,
        },
      },
    );
    addTools(server);
    addInputTools(server);
    addResources(server);
    addPrompts(server);
    return server;
  });
  return {
    serve: (exchange, given) => serveNode(handler, exchange, given),
    close: () => handler.close(),
  };
}
