import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

/** Quiet greys and one accent; amber and red are kept for time that runs out (screens.md). */
const accent: MantineColorsTuple = [
  "#edf2ff",
  "#dbe4ff",
  "#bac8ff",
  "#91a7ff",
  "#748ffc",
  "#5c7cfa",
  "#4263eb",
  "#3b5bdb",
  "#364fc7",
  "#2b3f9e",
];

export const theme = createTheme({
  primaryColor: "accent",
  // White on it, and it on the page, can be told apart in both themes.
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  colors: { accent },
  defaultRadius: "md",
  fontFamily:
    'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", sans-serif',
  cursorType: "pointer",
  respectReducedMotion: true,
});

/** Quiet words can be read too: 4.5 to 1 on every background of ours (WCAG 2.2, 1.4.3). */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#5c636a",
    "--mantine-color-placeholder": "#6a7178",
    "--mantine-color-error": "#c92a2a",
  },
  dark: {
    "--mantine-color-dimmed": "#a9abb0",
    "--mantine-color-placeholder": "#9a9ca1",
    "--mantine-color-error": "#ff8787",
  },
});
