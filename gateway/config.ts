import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { readEnv } from '../contracts/env.ts';
import {
  gatewayTls,
  gatewayTlsVariables,
  internalTls,
  internalTlsVariables,
  redisTls,
  redisTlsVariables,
  temporalVariables,
} from '../contracts/tls.ts';
import { audioFolders, type AudioFolders } from '../platform/audio-folder.ts';
import { runsFolder } from '../platform/runs-folder.ts';
import { tasksFolder } from '../platform/task-folder.ts';
import { uiFolder } from '../platform/ui-folder.ts';
import { sha256 } from '../platform/hash.ts';
import { internalKey } from '../platform/internal-key.ts';
import { tlsFilesOf } from '../platform/tls/files.ts';
import type { TlsFiles } from '../platform/tls/material.ts';
import { ownSecrets } from './own-secrets.ts';
import { temporalSettings, type TemporalSettings } from '../platform/tls/temporal.ts';
import packageFile from '../package.json' with { type: 'json' };

/** Requests a minute. */
export interface RateLimits {
  readsPerToken: number;
  changesPerToken: number;
  /** What one token proposes through /mcp. */
  proposalsPerToken: number;
  perAddress: number;
  refusalsPerAddress: number;
}

/** Where requests wake services, and who may call there. */
export interface WakeSettings {
  bind: string;
  port: number;
  /** Host names (lower case, no port) that it serves in addition to loopback names and `bind`. */
  hosts: string[];
  /** Part of every path; null if none is needed. */
  secret: string | null;
  /** Requests a minute. */
  perAddress: number;
}

/** How colonies may report to this installation. */
export interface IneeSettings {
  /** Whether it takes signed envelopes. */
  remotePlane: boolean;
  /** Whether an intent to apply is recorded as such. */
  execution: boolean;
  /** The file of the colonies' keys. */
  keysFile: string;
}

/** The configuration of a gateway, read once at its start. */
export interface GatewayConfig {
  version: string;
  /** The host that this gateway runs on. */
  host: string;
  /** Host names (lower case, no port) that the gateway serves in addition to loopback names. */
  allowedHosts: string[];
  allowedOrigins: string[];
  /** An admin token in addition to those of the store. */
  adminToken: string | null;
  /** Other secrets of VX11 that no agent reads. */
  secrets: string[];
  /** Signs what clients of agents hold between two requests; the same in every gateway of an installation. */
  stateKey: string;
  limits: RateLimits;
  maxStreams: number;
  /** Folder of the tasks' artifacts. */
  tasksFolder: string;
  /** Folder of the reports of checks. */
  runsFolder: string;
  /** Folder of uploaded audio and of what its jobs left. */
  audio: AudioFolders;
  /** How many bytes uploaded audio may take. */
  audioBytes: number;
  /** Folder of the built web UI; it may be missing. */
  uiFolder: string;
  /** Whether actions of hormiguero may be proposed as plans. */
  hormigueroActions: boolean;
  /** Whether the route that records what should be built is there. */
  emitIntent: boolean;
  /** Null: no route of INEE is served, and nothing of it is written. */
  inee: IneeSettings | null;
  /** Private hosts that callbacks may go to. */
  callbackAllow: string[];
  /** Whether hermes may download models. */
  allowDownload: boolean;
  /** How many models a host keeps, how large they are together, and one of them alone. */
  modelCaps: { models: number; bytes: number; model_bytes: number };
  /** How often an event stream sends a keep-alive comment, in ms. */
  streamBeatMs: number;
}

/** Where the gateway listens, and the addresses of the parts it connects to. */
export interface GatewayEnvironment {
  config: GatewayConfig;
  bind: string;
  port: number;
  storeUrl: string;
  redisUrl: string | null;
  /** What its own connections by TLS show and accept, beside their addresses. */
  redisFiles: TlsFiles | null;
  temporalAddress: string;
  temporalNamespace: string;
  temporal: TemporalSettings;
  /** Null: callers reach it by plain HTTP. */
  tlsFiles: TlsFiles | null;
  hstsSeconds: number;
  /** Null: madre and switch are reached without a certificate. */
  internalFiles: TlsFiles | null;
  madreUrl: string;
  switchUrl: string;
  /** The key that authenticates this gateway to madre and switch; null if there is none. */
  internalKey: string | null;
  /** Null if requests wake nothing. */
  wake: WakeSettings | null;
  logLevel: string;
}

/** Reads the environment. Throws an error with one line for each invalid variable. */
export function readGatewayEnvironment(
  source: Record<string, string | undefined>,
): GatewayEnvironment {
  const env = readEnv(
    source,
    'VX11_HOST',
    'VX11_HOME',
    'VX11_CALLBACK_ALLOW',
    'HORMIGUERO_ACTIONS_ENABLED',
    'VX11_MANIFESTATOR_EMIT_INTENT_ENABLED',
    'VX11_INEE_ENABLED',
    'VX11_INEE_REMOTE_PLANE_ENABLED',
    'VX11_INEE_EXECUTION_ENABLED',
    'VX11_INEE_KEYS_FILE',
    'VX11_STORE_URL',
    'VX11_REDIS_URL',
    ...redisTlsVariables,
    ...temporalVariables,
    ...gatewayTlsVariables,
    ...internalTlsVariables,
    'VX11_BIND',
    'VX11_PORT',
    'VX11_MADRE_URL',
    'VX11_SWITCH_URL',
    'VX11_INTERNAL_KEY',
    'VX11_TOKEN',
    'VX11_ALLOWED_HOSTS',
    'VX11_ALLOWED_ORIGINS',
    'VX11_RATE_READS_PER_TOKEN',
    'VX11_RATE_CHANGES_PER_TOKEN',
    'VX11_RATE_PER_ADDRESS',
    'VX11_RATE_REFUSALS_PER_ADDRESS',
    'VX11_MAX_STREAMS',
    'VX11_WAKE',
    'VX11_WAKE_HOSTS',
    'VX11_WAKE_KEY',
    'VX11_RATE_WAKE_PER_ADDRESS',
    'VX11_LOG_LEVEL',
    'HERMES_ALLOW_DOWNLOAD',
    'VX11_MODELS_MAX',
    'VX11_MODELS_BYTES',
    'VX11_MODEL_MAX_BYTES',
    'VX11_AUDIO_BYTES',
  );
  const own = [hostname(), env.VX11_HOST, env.VX11_BIND];
  const key = internalKey(env.VX11_INTERNAL_KEY, source['VX11_HOME']);
  const redisUrl = env.VX11_REDIS_URL === '' ? null : (env.VX11_REDIS_URL ?? null);
  return {
    config: {
      version: packageFile.version,
      host: env.VX11_HOST,
      allowedHosts: [...own, ...env.VX11_ALLOWED_HOSTS].map((name) => name.toLowerCase()),
      allowedOrigins: env.VX11_ALLOWED_ORIGINS,
      adminToken: env.VX11_TOKEN ?? null,
      secrets: ownSecrets(
        [key, env.VX11_WAKE_KEY, env.TEMPORAL_API_KEY],
        [env.VX11_STORE_URL, redisUrl],
      ),
      stateKey: sha256(`agent state\n${key ?? randomUUID()}`),
      limits: {
        readsPerToken: env.VX11_RATE_READS_PER_TOKEN,
        changesPerToken: env.VX11_RATE_CHANGES_PER_TOKEN,
        proposalsPerToken: 30,
        perAddress: env.VX11_RATE_PER_ADDRESS,
        refusalsPerAddress: env.VX11_RATE_REFUSALS_PER_ADDRESS,
      },
      maxStreams: env.VX11_MAX_STREAMS,
      tasksFolder: tasksFolder(env.VX11_HOME),
      runsFolder: runsFolder(env.VX11_HOME),
      audio: audioFolders(env.VX11_HOME),
      audioBytes: env.VX11_AUDIO_BYTES,
      uiFolder,
      hormigueroActions: env.HORMIGUERO_ACTIONS_ENABLED === '1',
      emitIntent: env.VX11_MANIFESTATOR_EMIT_INTENT_ENABLED === '1',
      inee: env.VX11_INEE_ENABLED
        ? {
            remotePlane: env.VX11_INEE_REMOTE_PLANE_ENABLED,
            execution: env.VX11_INEE_EXECUTION_ENABLED,
            keysFile: env.VX11_INEE_KEYS_FILE ?? join(env.VX11_HOME, 'inee.keys'),
          }
        : null,
      callbackAllow: env.VX11_CALLBACK_ALLOW,
      allowDownload: env.HERMES_ALLOW_DOWNLOAD === 'on',
      modelCaps: {
        models: env.VX11_MODELS_MAX,
        bytes: env.VX11_MODELS_BYTES,
        model_bytes: env.VX11_MODEL_MAX_BYTES,
      },
      streamBeatMs: 10_000,
    },
    bind: env.VX11_BIND,
    port: env.VX11_PORT,
    storeUrl: env.VX11_STORE_URL,
    redisUrl,
    redisFiles: tlsFilesOf(env, redisTls),
    temporalAddress: env.TEMPORAL_ADDRESS,
    temporalNamespace: env.TEMPORAL_NAMESPACE,
    temporal: temporalSettings(env),
    tlsFiles: tlsFilesOf(env, gatewayTls),
    hstsSeconds: env.VX11_TLS_HSTS_SECONDS,
    internalFiles: tlsFilesOf(env, internalTls),
    madreUrl: env.VX11_MADRE_URL,
    switchUrl: env.VX11_SWITCH_URL,
    internalKey: key,
    wake: wakeSettings(env),
    logLevel: env.VX11_LOG_LEVEL,
  };
}

function wakeSettings(env: {
  VX11_WAKE: { host: string; port: number } | null;
  VX11_WAKE_HOSTS: string[];
  VX11_WAKE_KEY: string | undefined;
  VX11_RATE_WAKE_PER_ADDRESS: number;
}): WakeSettings | null {
  if (env.VX11_WAKE === null) return null;
  return {
    bind: env.VX11_WAKE.host,
    port: env.VX11_WAKE.port,
    hosts: env.VX11_WAKE_HOSTS.map((name) => name.toLowerCase()),
    secret: env.VX11_WAKE_KEY ?? null,
    perAddress: env.VX11_RATE_WAKE_PER_ADDRESS,
  };
}
