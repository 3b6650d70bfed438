import type { Capture, ComposeService } from '../../../domain/repair/capture.ts';
import type { CapturedService } from '../../../domain/repair/captured-service.ts';
import type { Masker } from '../../../domain/repair/mask.ts';

/** Masks what a service's definition says; names of variables and settings stay. */
export function maskService(service: ComposeService, masker: Masker): ComposeService {
  const build = service['build'] as Record<string, unknown> | undefined;
  return {
    ...(maskTexts(service, masker) as ComposeService),
    ...maskEnvironment(service, 'environment', masker),
    ...(build !== undefined && {
      build: {
        ...(maskTexts(build, masker) as Record<string, unknown>),
        ...maskEnvironment(build, 'args', masker),
      },
    }),
  };
}

function maskEnvironment(
  holder: Record<string, unknown>,
  key: string,
  masker: Masker,
): Record<string, unknown> {
  const values = holder[key];
  if (typeof values !== 'object' || values === null) return {};
  const masked = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' ? masker.value(name, value) : (value as unknown),
  ]);
  return { [key]: Object.fromEntries(masked) as unknown };
}

function maskTexts(value: unknown, masker: Masker): unknown {
  if (typeof value === 'string') return masker.text(value);
  if (Array.isArray(value)) return value.map((one) => maskTexts(one, masker));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, maskTexts(one, masker)]),
  );
}

/** Masks what a container said and what its image sets. */
export function maskContainer(service: CapturedService, masker: Masker): CapturedService {
  const { container, image_config } = service;
  return {
    ...service,
    logs: service.logs.map((line) => masker.text(line)),
    container: container && {
      ...container,
      error: masker.text(container.error),
      health_log: container.health_log.map((one) => ({
        ...one,
        output: masker.text(one.output),
      })),
    },
    image_config: image_config && {
      ...image_config,
      entrypoint: image_config.entrypoint.map((word) => masker.text(word)),
      command: image_config.command.map((word) => masker.text(word)),
      environment: image_config.environment.map((line) => {
        const [name = '', ...value] = line.split('=');
        return `${name}=${masker.value(name, value.join('='))}`;
      }),
    },
  };
}

export const maskRed = (red: Capture['red'], masker: Masker): Capture['red'] => {
  const hide = (text: string | null): string | null => (text === null ? null : masker.text(text));
  return red.map((one) => ({
    ...one,
    detail: hide(one.detail),
    url: hide(one.url),
    evidence: hide(one.evidence),
  }));
};
