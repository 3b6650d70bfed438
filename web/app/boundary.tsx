import { Component } from 'react';
import { preferences } from '../base/preferences.ts';
import { wordsIn } from '../base/words.ts';
import { Button } from '../parts/button.tsx';
import { Note } from '../parts/page.tsx';

const words = {
  failed: [
    'This page failed. The rest of VX11 is not affected.',
    'Esta página falló. El resto de VX11 no se ve afectado.',
  ],
  reload: ['Reload', 'Recargar'],
} as const;

/** Keeps a failure of one page from taking the frame with it. */
export class Boundary extends Component<{ children: React.ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): React.ReactNode {
    if (!this.state.failed) return this.props.children;
    const t = wordsIn(words, preferences().language);
    return (
      <main>
        <Note tone="bad" act={<Button onPress={() => location.reload()}>{t.reload}</Button>}>
          {t.failed}
        </Note>
      </main>
    );
  }
}
