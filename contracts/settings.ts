import { z } from 'zod';

/** Preferences of a UI, by section. They belong to the token that stores them, and have no effect on VX11 itself. */
export const settings = z.strictObject({
  appearance: z.strictObject({
    theme: z.enum(['system', 'light', 'dark']),
    language: z.enum(['en', 'es']),
  }),
  chat: z.strictObject({
    model: z.string().max(128).nullable(),
    temperature: z.number().min(0).max(2),
  }),
  security: z.strictObject({ enable_api_logs: z.boolean(), enable_debug_mode: z.boolean() }),
  notifications: z.strictObject({
    enable_events: z.boolean(),
    events_level: z.enum(['info', 'warn', 'crit']),
  }),
});
export type Settings = z.infer<typeof settings>;
export type SettingsSection = keyof Settings;

export const defaultSettings: Settings = {
  appearance: { theme: 'dark', language: 'en' },
  chat: { model: null, temperature: 0.7 },
  security: { enable_api_logs: false, enable_debug_mode: false },
  notifications: { enable_events: true, events_level: 'info' },
};

const { shape } = settings;
/** Sections, each with the fields that change; the others stay. */
export const settingsBody = z.strictObject({
  appearance: shape.appearance.partial().optional(),
  chat: shape.chat.partial().optional(),
  security: shape.security.partial().optional(),
  notifications: shape.notifications.partial().optional(),
});

export const settingsAnswer = z.strictObject({
  ok: z.literal(true),
  updated_keys: z.array(z.string()),
  settings,
});
