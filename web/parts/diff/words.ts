export const words = {
  added: ['added', 'añadida'],
  removed: ['removed', 'borrada'],
  counts: [
    (added: number, removed: number) => `${added} added, ${removed} removed`,
    (added: number, removed: number) => `${added} añadidas, ${removed} borradas`,
  ],
  created: ['new file', 'archivo nuevo'],
  gone: ['the file is removed', 'el archivo se borra'],
  mode: [
    (before: string, after: string) => `mode ${before} → ${after}`,
    (before: string, after: string) => `modo ${before} → ${after}`,
  ],
  all: [(n: number) => `Show all ${n} lines`, (n: number) => `Ver las ${n} líneas`],
  change: [(path: string) => `Change of ${path}`, (path: string) => `Cambio de ${path}`],
} as const;
