/** Which language the screens speak: what the member chose here, else the browser's, else English. */
import i18next from "i18next";
import { useSyncExternalStore } from "react";

export const LANGUAGES = { en: "English", vi: "Tiếng Việt" } as const;
export type Language = keyof typeof LANGUAGES;

const KEPT_AS = "punctual-language";
const listeners = new Set<() => void>();
let language: Language = initialLanguage();

/** Sets the library up, before anything is drawn. */
export function startLanguage(): void {
  // Resources are added by each feature as its code arrives, so nothing is loaded here.
  void i18next.init({
    lng: language,
    fallbackLng: "en",
    resources: {},
    initAsync: false,
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = language;
}

export function currentLanguage(): Language {
  return language;
}

export function chooseLanguage(chosen: Language): void {
  language = chosen;
  localStorage.setItem(KEPT_AS, chosen);
  document.documentElement.lang = chosen;
  for (const listener of listeners) listener();
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, currentLanguage);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function initialLanguage(): Language {
  const kept = localStorage.getItem(KEPT_AS);
  const wanted = [kept ?? "", ...navigator.languages].map((tag) => tag.slice(0, 2).toLowerCase());
  return wanted.find(isLanguage) ?? "en";
}

function isLanguage(tag: string): tag is Language {
  return tag in LANGUAGES;
}
