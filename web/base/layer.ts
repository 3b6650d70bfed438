import { useCallback } from 'react';
import { useLocation } from 'wouter';

/** The addresses that were opened from within this document; wouter announces each. */
const opened = new Set<string>();
if (typeof window !== 'undefined')
  window.addEventListener('pushState', () => opened.add(location.href));

/**
 * Closes what lies over a page and has an address of its own. If it was opened from here, that is the same as Back;
 * otherwise it gives way to `under`, so that nobody leaves VX11 by closing a dialog.
 */
export function useCloseLayer(under: string): () => void {
  const [, go] = useLocation();
  return useCallback(() => {
    if (opened.has(location.href)) history.back();
    else go(under, { replace: true });
  }, [go, under]);
}
