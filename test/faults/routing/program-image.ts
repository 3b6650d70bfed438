import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { npmPackage, type NpmPackage } from './npm-package.ts';
import { image as sandboxImage } from '../../sandbox/image.ts';
import type { TlsDoor } from './tls-door.ts';

const run = promisify(execFile);

/** A program of npm in the image of sandboxes, with its login. */
interface PackedProgram {
  package: NpmPackage;
  /** Lines of the script that starts it, inside its folder of the image. */
  start: readonly string[];
  files?: Record<string, unknown>;
}

const key = 'a-key';
const libraries = ['/lib/x86_64-linux-gnu/librt.so.1'];
const dereferenced = { dereference: true };

/** What these programs need to ask the server at `address`, each in its own protocol. */
const programs = (address: string): Record<string, PackedProgram> => ({
  qwen: {
    package: { name: '@qwen-code/qwen-code', version: '0.24.4' },
    start: [
      `export OPENAI_API_KEY=${key} OPENAI_BASE_URL=${address}/v1`,
      'exec node "$here/cli-entry.js" --auth-type openai "$@"',
    ],
  },
  opencode: {
    package: { name: 'opencode-linux-x64', version: '1.18.33' },
    start: [
      'export OPENCODE_CONFIG="$here/config.json" OPENCODE_DISABLE_AUTOUPDATE=1 OPENCODE_DISABLE_MODELS_FETCH=1',
      'exec "$here/bin/opencode" "$@"',
    ],
    files: {
      'config.json': {
        autoupdate: false,
        provider: {
          script: {
            npm: '@ai-sdk/openai-compatible',
            options: { baseURL: `${address}/v1`, apiKey: key },
            models: { ok: { name: 'ok' }, '400': { name: '400' } },
          },
        },
      },
    },
  },
  codex: {
    package: { name: '@openai/codex', version: '0.171.0-linux-x64' },
    start: [
      'mkdir -p /tmp/codex && cp "$here/config.toml" /tmp/codex',
      `export CODEX_HOME=/tmp/codex CODEX_CA_CERTIFICATE="$here/ca.pem" SCRIPT_KEY=${key}`,
      'exec "$here/vendor/x86_64-unknown-linux-musl/bin/codex" "$@"',
    ],
    files: {
      'config.toml': [
        'model_provider = "script"',
        '[model_providers.script]',
        'name = "script"',
        `base_url = "${address}/v1"`,
        'env_key = "SCRIPT_KEY"',
        'wire_api = "responses"\n',
      ].join('\n'),
    },
  },
  claude: {
    package: { name: '@anthropic-ai/claude-code-linux-x64', version: '2.1.332' },
    start: [
      `export ANTHROPIC_BASE_URL=${address} ANTHROPIC_AUTH_TOKEN=${key}`,
      'export CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 CLAUDE_CONFIG_DIR=/tmp/claude LD_LIBRARY_PATH="$here/lib"',
      'exec "$here/claude" "$@"',
    ],
  },
  gemini: {
    package: { name: '@google/gemini-cli', version: '0.61.0' },
    start: [
      'mkdir -p /tmp/gemini/.gemini && cp "$here/settings.json" /tmp/gemini/.gemini',
      `export GEMINI_CLI_HOME=/tmp/gemini GEMINI_API_KEY=${key} GOOGLE_GEMINI_BASE_URL=${address}`,
      'exec node "$here/bundle/gemini.js" "$@"',
    ],
    files: { 'settings.json': { security: { auth: { selectedType: 'gemini-api-key' } } } },
  },
});

/** Downloads the programs that are missing. Throws if this machine cannot have them. */
export async function downloadPrograms(): Promise<void> {
  for (const one of Object.values(programs(''))) await npmPackage(one.package);
}

/**
 * Builds an image of sandboxes with these programs, as a person would who lets requests reach them.
 * @returns the folder of what it adds, which hermes can read as the root of sandboxes
 */
export async function buildProgramImage(
  name: string,
  context: string,
  { port, certificate }: TlsDoor,
): Promise<string> {
  const root = join(context, 'root');
  const bin = join(root, 'usr/local/bin');
  await mkdir(bin, { recursive: true });
  for (const [program, one] of Object.entries(programs(`https://localhost:${port}`))) {
    const folder = join(root, 'opt', program);
    await cp(await npmPackage(one.package), folder, { recursive: true });
    const start = [
      '#!/bin/sh',
      `here=/opt/${program}`,
      'export NODE_EXTRA_CA_CERTS="$here/ca.pem"',
      ...one.start,
      '',
    ];
    await writeFile(join(folder, 'start'), start.join('\n'), { mode: 0o755 });
    await writeFile(join(folder, 'ca.pem'), certificate);
    // a base image of this machine's files has only the libraries that its own programs need
    await mkdir(join(folder, 'lib'), { recursive: true });
    for (const file of libraries)
      if (existsSync(file)) await cp(file, join(folder, 'lib', basename(file)), dereferenced);
    for (const [file, value] of Object.entries(one.files ?? {}))
      await writeFile(
        join(folder, file),
        typeof value === 'string' ? value : JSON.stringify(value),
      );
    // npm, too, would link it
    await symlink(`../../../opt/${program}/start`, join(bin, program));
  }
  await writeFile(join(context, 'Dockerfile'), `FROM ${sandboxImage}\nCOPY root /\n`);
  await run('docker', ['build', '-q', '-t', name, context], { maxBuffer: 1 << 26 });
  return root;
}

/** Removes an image that was built. */
export async function removeImage(name: string, context: string): Promise<void> {
  await run('docker', ['rmi', '-f', name]).catch(() => undefined);
  await rm(context, { recursive: true, force: true });
}
