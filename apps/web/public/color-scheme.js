// Before the first paint: the theme that was chosen, or the system's. Mantine takes over from here.
const chosen = localStorage.getItem("mantine-color-scheme-value");
const dark =
  chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
