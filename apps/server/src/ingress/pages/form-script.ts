/**
 * The script of a page with one form: sends its fields and the address's token as JSON, then shows
 * either the problem's sentence or the page's "done" part.
 */
export function formScript(action: string): string {
  return `
const form = document.querySelector("form");
const error = document.querySelector(".error");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  error.textContent = "";
  const button = form.querySelector("button");
  button.disabled = true;
  const token = new URLSearchParams(location.search).get("token");
  try {
    const response = await fetch(${JSON.stringify(action)}, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token, ...Object.fromEntries(new FormData(form)) }),
    });
    if (response.ok) {
      document.querySelector("#asking").hidden = true;
      document.querySelector("#done").hidden = false;
      history.replaceState(null, "", location.pathname);
      return;
    }
    const problem = await response.json();
    error.textContent = [problem.title, problem.detail].filter(Boolean).join(" ");
  } catch {
    error.textContent = "The server can't be reached. Try again.";
  }
  button.disabled = false;
});`;
}
