import { describeLooks } from './accessible.ts';

describeLooks({
  'in light': { colorScheme: 'light' },
  'in dark, in Spanish': { colorScheme: 'dark', language: 'es' },
  'in forced colours': { forcedColors: 'active' },
});
