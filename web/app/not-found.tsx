import { useWords } from '../base/words.ts';
import { LinkButton } from '../parts/button.tsx';
import { Empty, Page } from '../parts/page.tsx';

const words = {
  title: ['Not here', 'Aquí no está'],
  text: ['No page of VX11 has this address.', 'Ninguna página de VX11 tiene esta dirección.'],
  back: ['Go to Now', 'Ir a Ahora'],
} as const;

export function NotFound() {
  const t = useWords(words);
  return (
    <Page title={t.title}>
      <Empty act={<LinkButton to="/">{t.back}</LinkButton>}>{t.text}</Empty>
    </Page>
  );
}
