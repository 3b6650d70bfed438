import type { Language } from '../../contracts/intent.ts';
import { english } from './plan-texts-english.ts';
import { spanish } from './plan-texts-spanish.ts';
import type { PlanTexts } from './plan-texts.ts';

const languages: Record<Language, PlanTexts> = { en: english, es: spanish };

/** What a plan says about itself, in the language in which it was asked for. */
export const planTextsOf = (language: Language): PlanTexts => languages[language];
