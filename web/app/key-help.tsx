import { usePreferences } from '../base/preferences.ts';
import { useWords } from '../base/words.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Facts } from '../parts/page.tsx';
import { pages } from './pages.ts';

const words = {
  title: ['Keys', 'Teclas'],
  palette: ['find or do', 'buscar o hacer'],
  rows: ['next, previous row', 'fila siguiente, anterior'],
  open: ['open the row', 'abrir la fila'],
  extend: ['extend the window of the row', 'ampliar la ventana de la fila'],
  close: ['close the window of the row', 'cerrar la ventana de la fila'],
  help: ['this list', 'esta lista'],
  off: [
    'They act only where nothing is typed. Settings switches them off.',
    'Solo actúan donde no se escribe. En Ajustes se desactivan.',
  ],
} as const;

export function KeyHelp({ onClose }: { onClose: () => void }) {
  const t = useWords(words);
  const { language } = usePreferences();
  return (
    <Dialog title={t.title} onClose={onClose} calm>
      <Facts
        of={[
          ['Ctrl K', t.palette],
          ...pages.map(({ key, name }) => [`g ${key}`, name[language === 'es' ? 1 : 0]] as const),
          ['j  k', t.rows],
          ['Enter', t.open],
          ['e', t.extend],
          ['x', t.close],
          ['?', t.help],
        ]}
      />
      <p>{t.off}</p>
      <br />
    </Dialog>
  );
}
