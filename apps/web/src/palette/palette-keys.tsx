/** Listens for the keys that hold everywhere, and loads what they open. */
import { lazy, Suspense, useEffect, useState } from "react";
import { useShortcuts } from "../app/shortcuts.ts";
import { useTexts } from "../i18n/texts.ts";
import { paletteTexts } from "./texts.ts";

const Palette = lazy(async () => ({ default: (await import("./palette.tsx")).Palette }));
const ShortcutsDialog = lazy(async () => ({
  default: (await import("./shortcuts-dialog.tsx")).ShortcutsDialog,
}));

export function PaletteKeys() {
  const t = useTexts(paletteTexts);
  const [isWanted, setWanted] = useState(false);
  const [isHelpOpen, setHelpOpen] = useState(false);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setWanted(true);
      void openPalette();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  useShortcuts(t("everywhere"), [
    { key: "?", label: t("shortcutsOpen"), run: () => setHelpOpen(true) },
  ]);
  return (
    <Suspense>
      {isWanted && <Palette />}
      {isHelpOpen && <ShortcutsDialog isOpen onClose={() => setHelpOpen(false)} />}
    </Suspense>
  );
}

/** Its own module too: the rail's button opens it without a key. */
async function openPalette(): Promise<void> {
  const { spotlight } = await import("@mantine/spotlight");
  spotlight.open();
}
